import { z } from 'zod';
import { listOf } from './values.ts';

/** How the functions that call OpenCode servers and webhooks reach them, and which of them they may reach. */
export const networkKeys = {
  /** Host names of OpenCode servers that may be reached by http, on loopback or in a link-local range. */
  privateHosts: listOf(z.string(), 'host names').default([]),
  /** Addresses of private networks that OpenCode servers of rules may have: their own network is where most are. */
  privateServers: z.enum(['allowed', 'refused'], 'must be allowed or refused').default('allowed'),
  /** The same for what webhook rules call: whoever may write a rule would look around in the network of the stack. */
  privateWebhooks: z.enum(['allowed', 'refused'], 'must be allowed or refused').default('refused'),
};
