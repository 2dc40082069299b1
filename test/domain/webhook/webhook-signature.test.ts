import { describe, expect, test } from 'vitest';
import { signatureHeaders } from '../../../functions/domain/webhook/webhook-signature.ts';
import { BASE64_SECRET, type BodyName, bodies, ID, signatures, TIME } from '../signature/vectors.ts';
import { authOf, later, signedAt, verdictOf } from '../signature/verdict.ts';

const key = BASE64_SECRET.replace('whsec_', '');
const names = Object.keys(bodies).filter((name): name is BodyName => name in bodies);

/** Of that key, for good: receivers may keep it. */
const keyId = '96ad2ccd8146';

describe('the signature of a call', () => {
  test.each(names)('is that of Standard Webhooks: %s', (name) => {
    expect(signatureHeaders({ id: ID, body: bodies[name] }, [key], signedAt)).toEqual({
      'webhook-id': ID,
      'webhook-timestamp': TIME,
      'webhook-signature': `v1,${signatures[name].standard}`,
      'webhook-key-id': keyId,
    });
  });

  test('is taken by our own hook, for the body and the time that it was made for', () => {
    const headers = signatureHeaders({ id: ID, body: bodies.plain }, [key], signedAt);
    const auth = authOf('standard_webhooks');
    expect(verdictOf(auth, headers)).toBe('verified');
    expect(verdictOf(auth, headers, { body: bodies.emoji })).toBe('bad_signature');
    expect(verdictOf(auth, headers, { now: later(3_600) })).not.toBe('verified');
  });

  test('is made with both keys while one is rotated, which is told by their ids, and either of them fits', () => {
    const next = Buffer.from('another key of the stack').toString('base64');
    const headers = signatureHeaders({ id: ID, body: bodies.plain }, [next, key], signedAt);
    const signature = signatureHeaders({ id: ID, body: bodies.plain }, [key], signedAt)['webhook-signature'];
    expect(headers['webhook-signature'].split(' ')).toEqual([expect.stringMatching(/^v1,/), signature]);
    expect(headers['webhook-key-id']).toMatch(new RegExp(`^(?!${keyId})[0-9a-f]{12} ${keyId}$`));
    expect(verdictOf(authOf('standard_webhooks'), headers)).toBe('verified');
  });
});
