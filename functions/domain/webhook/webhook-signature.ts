import { createHmac } from 'node:crypto';

/**
 * Headers by which a receiver can trust a call, after the Standard Webhooks specification: the id that repeats share,
 * the time of this try in seconds, and HMAC-SHA256 of `id.timestamp.body` in base64. `key`: the text behind `whsec_`,
 * base64.
 */
export function signatureHeaders(
  { id, body }: { id: string; body: string },
  key: string,
  at: Date,
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const signed = createHmac('sha256', Buffer.from(key, 'base64')).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signed}` };
}
