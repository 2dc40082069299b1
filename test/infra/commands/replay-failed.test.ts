import { describe, expect, test } from 'vitest';
import { run, runOn } from './run-command.ts';

const failed = (alertId: string, minute: number) => ({
  alertId,
  title: `Alert ${alertId}`,
  receivedAt: `2027-03-01T11:0${minute}:00.000Z`,
  ruleId: 'rul_1',
  outcome: 'server_unreachable',
  jobId: 'job_1',
  endedAt: '2027-03-01T11:30:00.000Z',
});
const list = 'GET /relay/rly_1/failed?since=2h&outcomes=server_unreachable';
const pages = {
  [list]: [{ failed: [failed('alr_3', 3)], nextCursor: 'older' }],
  [`${list}&cursor=older`]: [{ failed: [failed('alr_2', 2), failed('alr_1', 1)], nextCursor: null }],
};
const args = ['replay-failed', '--relay', 'rly_1', '--since', '2h', '--outcome', 'server_unreachable'];

describe('replay-failed', () => {
  test('asks for all of it, and tries it again oldest first', async () => {
    const replay = { replay: { decided: { retried: 2, storm_held: 1 }, left: 0, failed: 0 } };
    const ran = await runOn({ ...structuredClone(pages), 'POST /relay/rly_1/failed/replay': [replay] }, args);
    expect(ran.code).toBe(0);
    expect(ran.asked.at(-1)?.[1]).toEqual({
      alerts: ['alr_1', 'alr_2', 'alr_3'].map((alertId) => ({ alertId, ruleId: 'rul_1' })),
      outcomes: ['server_unreachable'],
    });
    expect(ran.stdout).toContain('Relay rly_1: 3 came to nothing and are open still');
    expect(ran.stdout).toMatch(/retried +2\n.*storm_held +1|storm_held +1\n.*retried +2/);
  });

  test('--dry-run names each, and starts nothing', async () => {
    const ran = await runOn(structuredClone(pages), [...args, '--dry-run']);
    expect(ran.code).toBe(0);
    expect(ran.asked.every(([route]) => route.startsWith('GET'))).toBe(true);
    expect(ran.stdout).toContain('alr_1  rul_1  server_unreachable at 2027-03-01T11:30:00.000Z  "Alert alr_1"');
  });

  test('ends with 1 where something could not be decided', async () => {
    const replay = { replay: { decided: {}, left: 2, failed: 1 } };
    const ran = await runOn({ ...structuredClone(pages), 'POST /relay/rly_1/failed/replay': [replay] }, args);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('1 could not be decided');
  });

  test('refuses an outcome that stays as it is, or that there is not', async () => {
    for (const outcome of ['cancelled', 'diff_ready', 'server_away']) {
      const ran = await run(['replay-failed', '--outcome', outcome]);
      expect(ran.code).toBe(2);
      expect(ran.stderr).toContain(`"${outcome}" is none of`);
    }
  });
});
