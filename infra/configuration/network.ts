import { z } from 'zod';
import { listOf } from './values.ts';

/** How the functions that call OpenCode servers and webhooks reach them, and which of them they may reach. */
export const networkKeys = {
  /** Of the VPC that those functions stand in; with `securityGroupIds`. Absent: they reach public addresses only. */
  subnetIds: listOf(z.string().regex(/^subnet-[0-9a-f]{8,17}$/, 'must be ids of subnets, subnet-…'), 'subnet ids')
    .pipe(z.array(z.string()).max(16, 'Lambda takes 16 subnets at most'))
    .default([]),
  securityGroupIds: listOf(
    z.string().regex(/^sg-[0-9a-f]{8,17}$/, 'must be ids of security groups, sg-…'),
    'ids of security groups',
  )
    .pipe(z.array(z.string()).max(5, 'Lambda takes 5 security groups at most'))
    .default([]),
  /** File of this project with the certificates (PEM) of authorities that are trusted beside the public ones. */
  caBundle: z
    .string()
    .regex(/^(?!\/)(?!.*\.\.)[\w./-]+\.(?:pem|crt|cer)$/, 'must be a PEM file below the folder of cdk.json')
    .optional(),
  /** Secret with the certificate and key that servers ask for: `{"certificate": PEM, "key": PEM}`. */
  clientCertificateSecret: z
    .string()
    .regex(/^[\w/+=.@-]{1,512}$/, 'must be the name of a secret in Secrets Manager, of this account and region')
    .optional(),
  /** Proxy that every call of a server or webhook goes through. */
  egressProxy: z
    .string()
    .refine((text) => isOrigin(text), 'must be http://host:port or https://host:port, with nothing behind it')
    .optional(),
  /** Host names of OpenCode servers that may be reached by http, on loopback or in a link-local range. */
  privateHosts: listOf(z.string(), 'host names').default([]),
  /** Addresses of private networks that OpenCode servers of rules may have: their own network is where most are. */
  privateServers: z.enum(['allowed', 'refused'], 'must be allowed or refused').default('allowed'),
  /** The same for what webhook rules call: whoever may write a rule would look around in the network of the stack. */
  privateWebhooks: z.enum(['allowed', 'refused'], 'must be allowed or refused').default('refused'),
};

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return false;
  return url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
}
