import { setTimeout as sleep } from 'node:timers/promises';
import type { Dialect } from '../../contract/execution.ts';
import type { ServerTarget } from '../../domain/job/server-of.ts';
import type { SessionServer, SessionServers } from '../../ports.ts';
import { createEgress, type EgressSettings } from '../http/egress.ts';
import type { ResolveAll } from '../http/guard.ts';
import type { Passwords } from './authorization.ts';
import { type Client, type Connection, createClient } from './client.ts';
import { timeLimits } from './limits.ts';
import { recognise } from './recognise.ts';
import { speakV1 } from './v1/speak.ts';
import { speakV2 } from './v2/speak.ts';

type SessionServersOptions = Passwords & EgressSettings;

/** What a test replaces, or a caller with little time. */
export interface Surroundings {
  timeLimits?: Partial<Connection['timeLimits']>;
  pause?: Connection['pause'];
  resolve?: ResolveAll;
}

/** A server by its dialect; `endpoint` is its origin. */
const speak: Record<Dialect, (client: Client, endpoint: string) => SessionServer> = { v1: speakV1, v2: speakV2 };

/**
 * OpenCode servers over HTTP. The password of an integration goes to the connected origin and nowhere else,
 * and only where that is one of its own (`authorization.ts`). Calls of
 * one connection share a time allowance, so a connection is for one invocation of a function.
 */
export function connectSessionServers(
  { credentials, bindings, ...settings }: SessionServersOptions,
  surroundings: Surroundings = {},
): SessionServers {
  const egress = createEgress(settings, surroundings.resolve);
  const { pause = async (ms: number) => sleep(ms) } = surroundings;
  const limits = { ...timeLimits, ...surroundings.timeLimits };
  const clientFor = (target: ServerTarget): Client =>
    createClient({ ...target, passwords: { credentials, bindings }, egress, timeLimits: limits, pause });
  return {
    async recognise(target) {
      const client = clientFor(target);
      const accepted = await recognise(client);
      return { ...accepted, server: speak[accepted.dialect](client, target.endpoint) };
    },
    connect: (target, dialect) => speak[dialect](clientFor(target), target.endpoint),
  };
}
