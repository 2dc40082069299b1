import { describe, expect, test } from 'vitest';
import { HookRefusal } from '../../../functions/domain/intake/refusal.ts';
import type { WebhookAuth } from '../../../functions/domain/signature/auth.ts';
import { verify } from '../../../functions/domain/signature/verify.ts';

const secret = { username: 'grafana', secrets: ['correct horse', 'next horse ü'] };
const verdictOf = (settings: Pick<WebhookAuth, 'scheme' | 'header'>, headers: Record<string, string>): string => {
  const auth = { versions: [{ id: 'version-1', secrets: 2 }], ...settings };
  const verdict = verify(auth, [secret], { headers, body: new Uint8Array() }, new Date(0));
  return verdict instanceof HookRefusal ? verdict.code : 'verified';
};
const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString('base64')}`;
/** As the `base64` command writes `grafana:correct horse`. */
const GOLDEN = 'Basic Z3JhZmFuYTpjb3JyZWN0IGhvcnNl';

describe('Basic', () => {
  test.each([
    [GOLDEN, 'verified'],
    [GOLDEN.replace('Basic', 'basic'), 'verified'],
    [basic('grafana:next horse ü'), 'verified'],
    [basic('grafana:correct horse '), 'bad_signature'],
    [basic('other:correct horse'), 'bad_signature'],
    [basic('grafana:'), 'bad_signature'],
    [basic('correct horse'), 'bad_signature'],
    ['Basic grafana:correct', 'bad_signature'],
    ['Bearer Z3JhZmFuYTpjb3JyZWN0IGhvcnNl', 'missing_signature'],
    ['Basic', 'missing_signature'],
    ['', 'missing_signature'],
  ])('%s is %s', (authorization, verdict) => {
    expect(verdictOf({ scheme: 'basic' }, { authorization })).toBe(verdict);
  });
});

describe('Bearer', () => {
  test.each([
    ['Bearer correct', 'bad_signature'],
    ['Basic correct', 'missing_signature'],
    ['correct', 'missing_signature'],
  ])('%s is %s', (authorization, verdict) => {
    expect(verdictOf({ scheme: 'bearer' }, { authorization })).toBe(verdict);
  });

  test('is taken with any case of its word', () => {
    const auth = { scheme: 'bearer' as const, versions: [{ id: 'version-1', secrets: 1 }] };
    for (const authorization of ['Bearer t0ken.1', 'bearer  t0ken.1']) {
      const evidence = { headers: { authorization }, body: new Uint8Array() };
      expect(verify(auth, [{ secrets: ['t0ken.1'] }], evidence, new Date(0))).toEqual({});
    }
  });
});

describe('a header of any name', () => {
  const settings = { scheme: 'header' as const, header: 'x-datadog-secret' };

  test.each([
    [{ 'x-datadog-secret': 'correct horse' }, 'verified'],
    [{ 'x-datadog-secret': 'Correct horse' }, 'bad_signature'],
    [{ 'x-datadog-secret': 'correct' }, 'bad_signature'],
    [{ 'x-datadog-secret': '' }, 'missing_signature'],
    [{ authorization: 'correct horse' }, 'missing_signature'],
  ])('%j is %s', (headers, verdict) => {
    expect(verdictOf(settings, { ...headers })).toBe(verdict);
  });

  test('may be named like a member of every object', () => {
    expect(verdictOf({ scheme: 'header', header: 'constructor' }, {})).toBe('missing_signature');
  });
});
