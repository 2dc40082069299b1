import { timingSafeEqual } from 'node:crypto';
import { HookRefusal } from '../intake/refusal.ts';
import { sha256Bytes } from '../text/digest.ts';
import type { WebhookAuth, WebhookSecret } from './auth.ts';

/**
 * Basic, Bearer, or a header of any name, whose value is the secret. The refusal, or undefined where the secret is
 * right.
 */
export function verifyShown(
  { scheme, header }: Pick<WebhookAuth, 'scheme' | 'header'>,
  secrets: readonly WebhookSecret[],
  headers: Readonly<Record<string, string>>,
): HookRefusal | undefined {
  const name = scheme === 'header' && header !== undefined ? header : 'authorization';
  const value = headerOf(headers, name);
  const given = scheme === 'header' ? value : credentialsOf(scheme, value);
  if (given === undefined || given === '') {
    const kind = scheme === 'header' ? '' : `, scheme ${scheme},`;
    return new HookRefusal('missing_signature', `The webhook asks for the header ${name}${kind} and it is missing.`);
  }
  const digest = sha256Bytes(given);
  let found = false;
  for (const expected of secrets.flatMap((secret) => expectedOf(scheme, secret))) {
    if (timingSafeEqual(sha256Bytes(expected), digest)) found = true;
  }
  return found
    ? undefined
    : new HookRefusal('bad_signature', `The header ${name} holds no secret of the webhook. Compare both sides.`);
}

/** A header may be named like a member that every object has. */
export const headerOf = (headers: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(headers, name) ? headers[name]?.trim() : undefined;

/** What follows the scheme's word, whose case does not matter. */
const credentialsOf = (scheme: string, value: string | undefined): string | undefined => {
  const [, word, credentials] = /^(\S+) +(\S+)$/.exec(value ?? '') ?? [];
  return word?.toLowerCase() === scheme ? credentials : undefined;
};

const expectedOf = (scheme: WebhookAuth['scheme'], { username = '', secrets }: WebhookSecret): string[] =>
  scheme === 'basic' ? secrets.map((secret) => Buffer.from(`${username}:${secret}`).toString('base64')) : secrets;
