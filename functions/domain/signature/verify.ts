import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { instantOf } from '../intake/instant.ts';
import { HookRefusal } from '../intake/refusal.ts';
import { DEFAULT_TOLERANCE_SECONDS, type WebhookAuth, type WebhookSecret } from './auth.ts';
import { isSigned, replayGuardOf, type Signing, signingOf } from './schemes.ts';
import { headerOf, verifyShown } from './shown.ts';

/** What of a request proves its sender. */
interface Evidence {
  /** By name in lower case. */
  headers: Readonly<Record<string, string>>;
  /** As sent: never parsed and written again. */
  body: Uint8Array;
}

export interface Verified {
  /** The same for every repeat of the delivery, by the id that its sender gives it. */
  deliveryKey?: string;
  /**
   * The same for every copy of what was signed with its time: a recorded delivery is good for as long as its time is
   * near, and a sender that repeats one may sign it anew.
   */
  copyKey?: string;
}

/** More signatures than any sender has secrets; the header itself is capped by API Gateway. */
const MAX_SIGNATURES = 16;

/**
 * Whether the request comes from one who has a secret of the webhook: any of `secrets`, all of which are live. Compares
 * in constant time, and with every secret and signature, so that the time tells nothing about any of them.
 */
export function verify(
  auth: WebhookAuth,
  secrets: readonly WebhookSecret[],
  evidence: Evidence,
  now: Date,
): Verified | HookRefusal {
  if (!isSigned(auth)) return verifyShown(auth, secrets, evidence.headers) ?? {};
  const signing = signingOf(auth);
  const { headers, body } = evidence;
  const given = firstOf(headers, signing.headers);
  if (given === undefined) return missing(signing.headers);
  const entries = (signing.separator === undefined ? [given] : given.split(signing.separator)).map((entry) =>
    entry.trim(),
  );
  const timestamp =
    signing.timestampPrefix === undefined
      ? firstOf(headers, signing.timestampHeaders)
      : afterPrefix(entries, signing.timestampPrefix)[0];
  const id = firstOf(headers, signing.idHeaders);
  if (signing.parts.includes('timestamp') && timestamp === undefined) return missing(signing.timestampHeaders);
  if (signing.parts.includes('id') && id === undefined) return missing(signing.idHeaders);

  const signatures = afterPrefix(entries, signing.prefix).slice(0, MAX_SIGNATURES);
  const text = { V0: 'v0', id: id ?? '', timestamp: timestamp ?? '', body };
  const expected = secrets.flatMap((secret) => secret.secrets).map((secret) => signatureOf(signing, secret, text));
  if (!someEqual(expected, signatures)) return badSignature();
  if (timestamp !== undefined && !isNear(timestamp, now, auth.toleranceSeconds)) return stale();
  return replayGuardOf(auth) === 'window' ? { copyKey: keyOf(text) } : deliveryOf(signing, headers, body);
}

function signatureOf(
  { parts, joint, encoding, key }: Signing,
  secret: string,
  text: Record<Signing['parts'][number], string | Uint8Array>,
): string {
  const hmac = createHmac('sha256', key === 'text' ? secret : Buffer.from(secret.replace(/^whsec_/, ''), 'base64'));
  for (const [index, part] of parts.entries()) hmac.update(index === 0 ? '' : joint).update(text[part]);
  return hmac.digest(encoding);
}

/** As text: a signature has one spelling, and whatever else decodes to its bytes was not written by its sender. */
function someEqual(expected: string[], given: string[]): boolean {
  let found = false;
  for (const one of expected.map((each) => Buffer.from(each))) {
    for (const other of given.map((each) => Buffer.from(each))) {
      if (one.byteLength === other.byteLength && timingSafeEqual(one, other)) found = true;
    }
  }
  return found;
}

function isNear(timestamp: string, now: Date, toleranceSeconds = DEFAULT_TOLERANCE_SECONDS): boolean {
  const sentAt = instantOf(timestamp);
  return sentAt !== undefined && Math.abs(now.getTime() - Date.parse(sentAt)) <= toleranceSeconds * 1_000;
}

/**
 * A digest, for headers hold whatever their sender likes. Without its header a delivery cannot be told from another.
 */
function deliveryOf({ delivery }: Signing, headers: Evidence['headers'], body: Uint8Array): Verified {
  const id = delivery === 'body' ? '' : firstOf(headers, delivery);
  if (delivery === undefined || id === undefined) return {};
  return { deliveryKey: keyOf({ id, timestamp: '', body }) };
}

/** By the id where there is one, else by the time: a sender may sign what it repeats at another time. */
const keyOf = ({ id, timestamp, body }: { id: string; timestamp: string; body: Uint8Array }): string =>
  createHash('sha256')
    .update(`${id || timestamp}\n`)
    .update(body)
    .digest('hex');

const firstOf = (headers: Evidence['headers'], names: readonly string[] = []): string | undefined =>
  names.map((name) => headerOf(headers, name)).find((value) => value !== undefined && value !== '');

const afterPrefix = (entries: string[], prefix: string): string[] =>
  entries.filter((entry) => entry.startsWith(prefix)).map((entry) => entry.slice(prefix.length));

const missing = (names: readonly string[] = []) =>
  new HookRefusal(
    'missing_signature',
    names.length === 0
      ? 'The webhook asks for a signature, whose header lacks its time.'
      : `The webhook asks for a signature, and the header ${names.join(' or ')} is missing.`,
  );

const badSignature = () =>
  new HookRefusal(
    'bad_signature',
    'No signature fits the body and a secret of the webhook. Compare the secret on both sides.',
  );

const stale = () =>
  new HookRefusal('stale_timestamp', 'The delivery was signed too long ago, or in the future. Compare the clocks.');
