import { beforeEach, describe, expect, test } from 'vitest';
import { diagnose, healthy, jobs, mockAws, reached, tick } from './prepare.ts';

const aws = mockAws();
beforeEach(() => healthy(aws));

describe('what the doctor asks the API', () => {
  const throughApi: [check: string, what: string, changes: Record<string, object[]>, found: RegExp, mend: RegExp][] = [
    [
      'clock',
      'that is ahead',
      { 'GET /openapi.json': tick('2027-03-01T11:50:00.000Z') },
      /600 s ahead of the API/,
      /NTP/,
    ],
    ['clock', 'that is behind', { 'GET /openapi.json': tick('2027-03-01T12:05:00.000Z') }, /300 s behind/, /NTP/],
    [
      'starts',
      'that are paused',
      {
        'GET /switch': [{ switch: { paused: true, by: 'alice', at: '2027-03-01T10:00:00.000Z', reason: 'Deploying' } }],
      },
      /paused since 2027-03-01T10.* by alice \(Deploying\)/,
      /npm run resume/,
    ],
    ['servers', 'of no relay', { 'GET /relay': [{ relays: [] }, { relays: [] }] }, /no relay/, /create a relay/],
    [
      'servers',
      'that cannot be reached',
      {
        'POST /relay/rly_1/lint': [
          { issues: [{ severity: 'error', code: 'rule.server_unreachable', message: 'Rule "A": down.' }, reached] },
        ],
      },
      /relay Checkout: Rule "A": down\./,
      /rule\.server_unreachable/,
    ],
    [
      'routing',
      'that is stuck',
      { 'GET /relay/rly_1/ledger?day=2027-02-28': [{ ledger: { accepted: 9, undecided: 2 } }] },
      /2 decisions of yesterday/,
      /npm run ledger -- --day 2027-02-28/,
    ],
    [
      'outcomes',
      'that are mostly red',
      { 'GET /agents/jobs?limit=20': jobs('server_unreachable', 'server_unreachable', 'diff_ready') },
      /2 server_unreachable, 1 diff_ready/,
      /Because of server_unreachable/,
    ],
  ];
  test.each(throughApi)('%s %s', async (check, _, changes, found, mend) => {
    const { of, code } = await diagnose(changes);
    expect(of(check)).toMatchObject([
      { state: 'mend', found: expect.stringMatching(found), mend: expect.stringMatching(mend) },
    ]);
    expect(code).toBe(1);
  });

  const slow = { severity: 'warning', code: 'rule.server_not_checked', message: 'Rule "A": too slow.' };
  test('a server that opens its directory for the first time is looked at again', async () => {
    const { of, waited } = await diagnose({
      'POST /relay/rly_1/lint': [{ issues: [slow] }, { issues: [slow] }, { issues: [reached] }],
    });
    expect(of('servers')).toMatchObject([{ state: 'ok' }]);
    expect(waited).toEqual([2_000, 2_000]);
  });

  test('a server that stays too slow is told after four looks', async () => {
    const { of } = await diagnose({ 'POST /relay/rly_1/lint': [1, 2, 3, 4].map(() => ({ issues: [slow] })) });
    expect(of('servers')).toMatchObject([{ state: 'mend', found: 'relay Checkout: Rule "A": too slow.' }]);
  });

  test('how safe hooks are is not asked of the doctor', async () => {
    const issue = { severity: 'warning', code: 'webhook.no_signature', message: 'No signature.' };
    const { code } = await diagnose({ 'POST /relay/rly_1/lint': [{ issues: [issue, reached] }] });
    expect(code).toBe(0);
  });

  test('outcomes that were red are no trouble once the newest is green, nor what people and questions end', async () => {
    const past = jobs('diff_ready', 'server_unreachable', 'server_unreachable');
    expect((await diagnose({ 'GET /agents/jobs?limit=20': past })).code).toBe(0);
    const harmless = jobs('cancelled', 'blocked', 'cancelled');
    expect((await diagnose({ 'GET /agents/jobs?limit=20': harmless })).code).toBe(0);
    expect((await diagnose({ 'GET /agents/jobs?limit=20': jobs() })).of('outcomes')).toMatchObject([{ state: 'ok' }]);
  });
});
