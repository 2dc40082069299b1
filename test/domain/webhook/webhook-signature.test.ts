import { describe, expect, test } from 'vitest';
import { signatureHeaders } from '../../../functions/domain/webhook/webhook-signature.ts';
import { BASE64_SECRET, type BodyName, bodies, ID, signatures, TIME } from '../signature/vectors.ts';
import { authOf, later, signedAt, verdictOf } from '../signature/verdict.ts';

const key = BASE64_SECRET.replace('whsec_', '');
const names = Object.keys(bodies).filter((name): name is BodyName => name in bodies);

describe('the signature of a call', () => {
  test.each(names)('is that of Standard Webhooks: %s', (name) => {
    expect(signatureHeaders({ id: ID, body: bodies[name] }, key, signedAt)).toEqual({
      'webhook-id': ID,
      'webhook-timestamp': TIME,
      'webhook-signature': `v1,${signatures[name].standard}`,
    });
  });

  test('is taken by our own hook, for the body and the time that it was made for', () => {
    const headers = signatureHeaders({ id: ID, body: bodies.plain }, key, signedAt);
    const auth = authOf('standard_webhooks');
    expect(verdictOf(auth, headers)).toBe('verified');
    expect(verdictOf(auth, headers, { body: bodies.emoji })).toBe('bad_signature');
    expect(verdictOf(auth, headers, { now: later(3_600) })).not.toBe('verified');
  });
});
