import { createHmac } from 'node:crypto';
import { sha256 } from '../text/digest.ts';

type SignatureHeaders = Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature' | 'webhook-key-id', string>;

/**
 * Headers by which a receiver can trust a call, after the Standard Webhooks specification: the id that repeats share,
 * the time of this try in seconds, and HMAC-SHA256 of `id.timestamp.body` in base64, one for each key and with a blank
 * between. The ids of the keys, of our own, stand in the same order. `keys`: the texts behind `whsec_`, base64.
 */
export function signatureHeaders(
  { id, body }: { id: string; body: string },
  keys: readonly string[],
  at: Date,
): SignatureHeaders {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const signed = (key: string): string =>
    createHmac('sha256', Buffer.from(key, 'base64')).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': keys.map((key) => `v1,${signed(key)}`).join(' '),
    'webhook-key-id': keys.map(keyIdOf).join(' '),
  };
}

/** Tells keys apart and nothing of them: the first digits of a digest of `whsec_` and the key. */
const keyIdOf = (key: string): string => sha256(`whsec_${key}`).slice(0, KEY_ID_CHARACTERS);

const KEY_ID_CHARACTERS = 12;
