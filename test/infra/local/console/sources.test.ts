import { describe, expect, test } from 'vitest';
import { startConsole } from './console-world.ts';

const alert = {
  ...{ id: 'alr_1', title: 'Totals are wrong', message: 'since 09:00', severity: 'critical', source: 'grafana' },
  ...{ createdAt: '2027-03-01T09:00:00.000Z', acknowledgedAt: null, resolvedAt: null },
  metadata: {
    intake: {
      relayId: 'rly_1',
      service: 'checkout',
      labels: { team: 'a' },
      links: { runbook: 'https://wiki.invalid' },
    },
  },
};
const decision = {
  ...{ ruleId: 'rul_1', reason: 'storm_held', effectiveReason: 'started', count: 1 },
  ...{ lastAt: '2027-03-01T09:00:01.000Z', jobId: 'job_1', stormId: null },
  sentence: 'The alert alr_1 "Totals are wrong" in relay "Checkout", and rule "Investigate", version 1, is on.',
};
const job = {
  ...{ id: 'job_1', status: 'completed', createdAt: '2027-03-01T09:00:02.000Z', alertId: 'alr_1', relayId: 'rly_1' },
  jobType: 'poll_agent_status',
  jobData: {
    ...{
      ruleName: 'Investigate',
      outcome: 'diff_ready',
      cause: 'Changed 1 file.',
      costUsd: 0.5,
      sessionUrl: 'http://oc',
    },
    result: { patch: 'job_1/patch.diff', files: 1, additions: 2, deletions: 3 },
  },
};
const storm = {
  ...{ ...job, id: 'stm_1', jobType: 'triage_alert_storm' },
  jobData: {
    ...{ phase: 'dispatched', ruleName: 'Investigate', detectedAt: null, endedAt: '2027-03-01T09:01:00.000Z', held: 7 },
    ...{ investigated: ['alr_2'], reason: null, rootCause: { sentence: 'The database.' }, sessionJobId: 'job_1' },
  },
};

async function startFilled() {
  const world = await startConsole();
  Object.assign(world.answers, {
    '/relay': { relays: [{ id: 'rly_1', name: 'Checkout' }] },
    '/relay/rly_1/rules': { rules: [{ id: 'rul_1', name: 'Investigate', config: {} }] },
    '/alerts?limit=20': { alerts: [alert], nextCursor: 'older' },
    '/alerts?limit=20&cursor=older': { alerts: [], nextCursor: null },
    '/alerts/alr_1': { alert },
    '/alerts/alr_1/explain': { sentences: ['It came in.', 'A session looked at it.'] },
    '/alerts/alr_1/agents': { jobs: [storm, job] },
    '/alerts/alr_1/decisions': { decisions: [decision] },
    '/agents/jobs/job_1': { job },
    '/agents/jobs/stm_1': { job: storm },
  });
  return world;
}

describe('alerts', () => {
  test('stand with what their decisions have come to, in few words', async () => {
    const { json } = await startFilled();
    expect(await json('alerts')).toEqual({
      alerts: [
        {
          ...{ id: 'alr_1', title: 'Totals are wrong', severity: 'critical', source: 'grafana', service: 'checkout' },
          ...{ relayName: 'Checkout', acknowledgedAt: null, resolvedAt: null },
          createdAt: alert.createdAt,
          decisions: [
            {
              ...{
                ruleId: 'rul_1',
                ruleName: 'Investigate',
                reason: 'started',
                did: 'session',
                tone: 'good',
                count: 1,
              },
              ...{ sentence: 'Rule "Investigate", version 1, is on.', jobId: 'job_1', stormId: null },
              lastAt: decision.lastAt,
            },
          ],
        },
      ],
      nextCursor: 'older',
    });
    expect(await json('alerts?cursor=older')).toEqual({ alerts: [], nextCursor: null });
  });

  test('say nothing that turns letters around', async () => {
    const { json, answers } = await startFilled();
    const texts = { service: 's\u202e1', labels: { 'l\u2066': 'v\u202e' }, links: { '\u202en': 'n\u2069' } };
    const said = { title: 't\u202e', message: 'a\u202e\nb', source: 'o\u202e' };
    answers['/alerts/alr_1'] = { alert: { ...alert, ...said, metadata: { intake: { relayId: 'rly_1', ...texts } } } };
    const shown = { title: 't', message: 'a\nb', source: 'o', service: 's1', labels: { l: 'v' }, links: { n: 'n' } };
    expect(await json('alerts/alr_1')).toMatchObject(shown);
  });

  test('one of them has its story, labels, links and jobs', async () => {
    const { json } = await startFilled();
    expect(await json('alerts/alr_1')).toMatchObject({
      ...{ message: 'since 09:00', labels: { team: 'a' }, links: { runbook: 'https://wiki.invalid' } },
      story: ['It came in.', 'A session looked at it.'],
      jobs: [
        { id: 'stm_1', kind: 'storm', status: 'dispatched', outcome: null },
        { id: 'job_1', kind: 'session', status: 'completed', outcome: 'diff_ready' },
      ],
    });
  });

  test('decisions are asked for once, and again when one was written or a storm went on', async () => {
    const { json, page, asked } = await startFilled();
    const count = () => asked.filter((path) => path.endsWith('/decisions')).length;
    await json('alerts');
    await json('alerts');
    expect(count()).toBe(1);
    page.alertChanged('alr_2');
    await json('alerts');
    expect(count()).toBe(1);
    page.alertChanged('alr_1');
    await json('alerts');
    expect(count()).toBe(2);
    page.executionChanged('stm_1');
    await json('alerts');
    expect(count()).toBe(3);
  });

  test('a decision that could not be read is asked for again', async () => {
    const { ask, answers } = await startFilled();
    const path = '/alerts/alr_1/decisions';
    const decisions = answers[path];
    answers[path] = 500;
    expect((await ask('/console/api/alerts')).status).toBe(500);
    answers[path] = decisions;
    expect((await ask('/console/api/alerts')).status).toBe(200);
  });

  test('the token stays on this side of the page', async () => {
    const { json, asked } = await startFilled();
    expect(JSON.stringify(await json('alerts'))).not.toContain('api-token');
    expect(asked.every((each) => each.startsWith('Bearer api-token '))).toBe(true);
  });
});

describe('executions', () => {
  const input = {
    alert: { id: 'alr_1', title: 'Totals are wrong' },
    relay: { name: 'Checkout' },
    rule: { name: 'Fix' },
  };

  test('of all machines stand in one list, newest first, and of one in pages', async () => {
    const { json, run } = await startFilled();
    await run('StateMachineArn', 'job_1', { ...input, outcome: 'diff_ready' });
    await run('StormMachineArn', 'stm_1', { firstHeld: { alertId: 'alr_1', title: 'First' }, rule: { name: 'Fix' } });
    const shown = async (path: string) => {
      const { executions } = Object(await json(path));
      return executions.map(({ name, title, ruleName }: Record<string, string>) => [name, title, ruleName]);
    };
    await expect.poll(() => shown('executions')).toHaveLength(2);
    expect((await shown('executions')).toSorted()).toEqual([
      ['job_1', 'Totals are wrong', 'Fix'],
      ['stm_1', 'First', 'Fix'],
    ]);
    expect(await shown('executions?machine=stm')).toEqual([['stm_1', 'First', 'Fix']]);
    expect(await shown('executions?machine=run')).toEqual([]);
  });

  test('one of them has its graph, what its session came to, and its ending', async () => {
    const { json, run } = await startFilled();
    await run('StateMachineArn', 'job_1', { ...input, outcome: 'diff_ready' });
    await expect.poll(async () => Object(await json('executions/job_1')).status).toBe('SUCCEEDED');
    expect(await json('executions/job_1')).toMatchObject({
      ...{ name: 'job_1', machine: 'OpenCode session', ending: 'diff_ready', alertId: 'alr_1', cause: null },
      definition: { startAt: 'Begin', transitions: [{ from: 'Begin', to: 'Done', kind: 'next' }] },
      job: { outcome: 'diff_ready', costUsd: 0.5, patch: { files: 1, additions: 2, deletions: 3 }, hasResult: true },
    });
  });

  test('one that a person started by hand has whatever name it was given', async () => {
    const { json, run } = await startFilled();
    await run('StormMachineArn', 'by-hand.2', { firstHeld: { alertId: 'alr_1', title: 'First' } });
    expect(await json('executions/by-hand.2')).toMatchObject({ name: 'by-hand.2', machine: 'Alert storm', job: null });
    await expect.poll(async () => Object(await json('executions/by-hand.2/events?after=0')).length).toBe(6);
  });

  test('events come from the one on that is not known yet', async () => {
    const { json, run } = await startFilled();
    await run('StateMachineArn', 'job_1', input);
    const idsAfter = async (after: number) =>
      Object(await json(`executions/job_1/events?after=${after}`)).map(({ id }: { id: number }) => id);
    await expect.poll(() => idsAfter(0)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await idsAfter(4)).toEqual([5, 6]);
    expect(await idsAfter(6)).toEqual([]);
    const [first, second] = Object(await json('executions/job_1/events?after=0'));
    expect(first).toMatchObject({ type: 'ExecutionStarted', details: { input: JSON.stringify(input) } });
    expect(second).toMatchObject({ type: 'PassStateEntered', details: { name: 'Begin' }, previousId: 0 });
  });

  test.each([
    'executions/job_9',
    'executions/job_9/events?after=0',
    'executions/other_1',
    'executions/other_1/events?after=0',
  ])('%s is none', async (path) => {
    const { ask } = await startFilled();
    expect((await ask(`/console/api/${path}`)).status).toBe(404);
  });
});

test('storms stand by their executions', async () => {
  const { json, run } = await startFilled();
  await run('StormMachineArn', 'stm_1', {});
  await run('StormMachineArn', 'stm_gone', {});
  await expect.poll(() => json('storms')).toHaveLength(1);
  expect(await json('storms')).toMatchObject([
    { id: 'stm_1', phase: 'dispatched', held: 7, investigated: 1, rootCause: 'The database.', relayName: 'Checkout' },
  ]);
});

test('the ledger has each relay with today and the days before, newest first, and the budgets', async () => {
  const { json, answers } = await startFilled();
  const counts = { deliveries: 1, entries: 1, accepted: 1, undecided: 0, reasons: { started: 1 } };
  const day = (name: string) => ({ day: name, ...counts });
  const from = new Date(Date.now() - 14 * 86_400_000).toISOString().slice(0, 10);
  const budget = { scope: 'stack', name: 'Whole stack', sessions: 1, maxSessions: 2, costUsd: 0, maxCostUsd: null };
  answers['/relay/rly_1/ledger'] = { ledger: day('2027-03-03') };
  answers[`/relay/rly_1/ledger/days?from=${from}`] = { days: ['01', '02', '03'].map((each) => day(`2027-03-${each}`)) };
  answers['/budgets'] = { budgets: [budget] };
  expect(await json('ledger')).toEqual({
    relays: [
      {
        ...{ relayId: 'rly_1', relayName: 'Checkout', today: day('2027-03-03') },
        days: [day('2027-03-02'), day('2027-03-01')],
      },
    ],
    budgets: [budget],
  });
});

test('the head of the page says whether starts are paused, and where alerts go', async () => {
  const { json, answers, url } = await startFilled();
  answers['/relay/rly_1/webhooks'] = { webhooks: [{ id: 'wh_1', webhookKey: 'key-1', enabled: true }] };
  answers['/switch'] = { switch: { paused: false, by: 'admin', at: '2027-03-01T09:00:00.000Z' } };
  expect(await json('stack')).toEqual({ paused: null, hookUrl: `${url}/hooks/key-1` });
  answers['/switch'] = { switch: { paused: true, by: 'ada', at: '2027-03-01T09:00:00.000Z', reason: 'deploy' } };
  expect(await json('stack')).toMatchObject({ paused: { by: 'ada', reason: 'deploy' } });
});
