import { expect, test } from 'vitest';
import { now, runOn } from './run-command.ts';

const ago = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString();
const tokens = { input: 1_000, output: 200, reasoning: 0, cacheRead: 0, cacheWrite: 0 };
const job = (days: number, changes: object = {}) => ({
  createdAt: ago(days),
  jobType: 'poll_agent_status',
  jobData: {
    ...{ ruleId: 'rul_1', ruleName: 'Fix', integrationId: 'int_1', outcome: 'diff_ready', tokens, costUsd: 0.5 },
    ...changes,
  },
});

test('costs tells sessions, patches and dollars of the last 30 days, by rule and by integration', async () => {
  const pages = [
    {
      jobs: [
        job(0, { outcome: null, costUsd: null, tokens: null }),
        { createdAt: ago(0), jobType: 'storm', jobData: { phase: 'holding' } },
        job(1),
        job(2, { outcome: 'session_failed', costUsd: 1.25 }),
      ],
      nextCursor: 'c1',
    },
    {
      jobs: [
        job(3, { ruleId: 'rul_2', ruleName: 'Look', integrationId: 'int_2', outcome: 'no_changes', costUsd: null }),
        job(31),
      ],
      nextCursor: 'c2',
    },
  ];
  const { stdout, asked } = await runOn(
    { 'GET /agents/jobs?limit=100': pages.slice(0, 1), 'GET /agents/jobs?limit=100&cursor=c1': pages.slice(1) },
    ['costs'],
  );
  expect(asked).toHaveLength(2);
  expect(stdout).toMatchInlineSnapshot(`
    "3 sessions that began since 2027-01-30T12:00:00.000Z and have ended, of which 1 told no cost

                    sessions  patches        USD  USD/patch  sessions/patch     tokens
      all                  3        1       1.75       1.75            3.00       3600

    By rule
      Fix (rul_1)          2        1       1.75       1.75            2.00       2400
      Look (rul_2)         1        0       0.00          -               -       1200

    By integration
      int_1                2        1       1.75       1.75            2.00       2400
      int_2                1        0       0.00          -               -       1200
    "
  `);
});

test('costs says so where there are more sessions than it reads', async () => {
  const page = { jobs: [job(1)], nextCursor: 'c1' };
  const { stdout } = await runOn(
    {
      'GET /agents/jobs?limit=100': [page],
      'GET /agents/jobs?limit=100&cursor=c1': Array.from({ length: 199 }, () => page),
    },
    ['costs', '--since', '2d'],
  );
  expect(stdout).toContain('Older ones are left out: these are the newest 200 jobs.');
});
