import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { heartbeat } from '../../functions/contract/heartbeat.ts';
import type { Authorization } from '../../infra/local/iam/iam.ts';
import { projectRoot } from './source-files.ts';

/** What the roles of the stack called in the system tests; `npm run record:calls` makes it anew. */
export const recordedCallsFile = join(projectRoot, 'test/record/recorded-calls.json');

export const recordedCalls = (): string[] =>
  z.array(z.string()).parse(JSON.parse(readFileSync(recordedCallsFile, 'utf8')));

/** A call on one line, without what differs from run to run: `role action resource [beginning of a leading key]`. */
export function lineOf({ principal, call }: Pick<Authorization, 'principal' | 'call'>): string {
  const who = 'role' in principal ? principal.role : principal.service;
  const keys = call.context['dynamodb:LeadingKeys'];
  // Reads are held to no key.
  const isWrite = /:(Put|Update)Item$/.test(call.action);
  const prefixes = isWrite && Array.isArray(keys) ? [...new Set(keys.map(withoutId))] : [];
  return [who, call.action, withoutIds(call.resource), ...prefixes].join(' ');
}

/** Names that are made at run time: of executions, objects, secrets; and the random ending of a secret's ARN. */
export const withoutIds = (resource: string): string =>
  resource
    .replace(/(:execution:[^:]+:).*$/, '$1ID')
    .replace(/^(arn:aws:s3:::[^/]+\/)(.*)$/, (_, bucket: string, key: string) => `${bucket}${withoutNumbers(key)}`)
    .replace(/(:secret:[^/]+\/[^/]+\/).*$/, '$1ID')
    .replace(/(:secret:[^/]+)-\w{6}$/, '$1');

/** Of an object's key the folders and files named by people, and what ids begin with: a grant may be for them. */
const withoutNumbers = (key: string): string =>
  key
    .split('/')
    .map((part) => (/\d/.test(part) ? part.replace(/^(job_)?.*$/, '$1ID') : part))
    .join('/');

/** What begins a key, or all of it where it is the same in each stack. */
const withoutId = (key: string): string => (key.endsWith(heartbeat.relayId) ? key : key.replace(/#.*$/, '#'));

/** Where RELAY_RECORD_CALLS names a file, each call of a role that was allowed is added to it, once per stack. */
export function recordCalls(): { onAuthorization?: (authorization: Authorization) => void } {
  const file = process.env.RELAY_RECORD_CALLS;
  if (file === undefined) return {};
  const seen = new Set<string>();
  return {
    onAuthorization: (authorization) => {
      const line = lineOf(authorization);
      if (!authorization.allowed || 'service' in authorization.principal || seen.has(line)) return;
      seen.add(line);
      appendFileSync(file, `${line}\n`);
    },
  };
}
