import { beforeEach, describe, expect, test } from 'vitest';
import { cancelJob } from '../../../../functions/api/manage/agents/jobs.ts';
import { runRule } from '../../../../functions/api/manage/agents/run-rule.ts';
import { listDecisions } from '../../../../functions/api/manage/agents/work.ts';
import { listAgents } from '../../../../functions/api/manage/alerts/alerts.ts';
import { jobIdOf } from '../../../../functions/domain/job/job-id.ts';
import { alertId, sampleAlert, sampleRule } from '../../../support/fakes/alert-samples.ts';
import { sampleCatalogue, serviceEntry } from '../../../support/fakes/catalogues.ts';
import { fakeManagement } from '../../../support/fakes/management.ts';
import { executionArn, sampleCollected, sampleJob } from '../../../support/fakes/samples.ts';
import { made } from '../made.ts';

const ids = { alertId, ruleId: 'rul_1' };
const ownId = jobIdOf(alertId, 'rul_1');
const started = { executionArn, startedAt: '2027-03-01T11:59:31.000Z' };
const settled = { ...started, collected: sampleCollected(), finishedAt: '2027-03-01T12:05:00.000Z' };

let management: ReturnType<typeof fakeManagement>;
const prepare = (given: Parameters<typeof fakeManagement>[0] = {}) => {
  management = fakeManagement({ alerts: [sampleAlert()], storedRules: [sampleRule()], ...given });
};
beforeEach(() => prepare());
const run = (caller = 'alice') => runRule(management.deps, ids, caller);
/** As `session-stopped` or the workflow would. */
const settleAll = (jobs: ReturnType<typeof sampleJob>[]) => {
  for (const [index, job] of jobs.entries()) jobs[index] = { ...job, ...settled };
};

describe('running a rule because a person asks', () => {
  test('starts a job of its own, which names the person and the version of the rule', async () => {
    const job = made(await run());
    expect(job).toMatchObject({ id: jobIdOf(alertId, 'rul_1', 1), alertId, ruleId: 'rul_1' });
    expect(job.executionArn).toContain(job.id);
    expect(management.agents.started.get(job.id)).toMatchObject({
      startedBy: { user: 'alice', deliveryId: sampleAlert().deliveryId },
      rule: { version: 3 },
      why: { reason: 'run_by_user', sentence: expect.stringContaining('alice asked for rule "Fix checkout"') },
    });
  });

  test('goes where the catalogue sends it, if the rule asks that, and nowhere without an entry', async () => {
    const alerts = [sampleAlert({ service: 'checkout' })];
    prepare({ alerts, storedRules: [sampleRule({}, { config: { catalogue: true } })] });
    expect(await run()).toMatchObject({ status: 409, message: expect.stringContaining('none is stored') });
    await management.catalogue.put('catalogue', sampleCatalogue([serviceEntry('search')]));
    expect(await run()).toMatchObject({ status: 409, message: expect.stringContaining('the service "checkout"') });
    await management.catalogue.put('catalogue', sampleCatalogue([serviceEntry('checkout')], 2));
    expect(made(await run()).input).toMatchObject({
      ...{ catalogue: { version: 2, entry: 'checkout' }, session: { directory: '/srv/checkout' } },
    });
  });

  test('does so for a closed alert and for a rule that is switched off', async () => {
    const alerts = [sampleAlert({ routedAt: 'then', resolvedAt: 'then' })];
    prepare({ alerts, storedRules: [sampleRule({ enabled: false })] });
    expect(made(await run())).toHaveProperty('executionArn');
  });

  test('stands in the ledger, once for each run, and each run among the agents of the alert', async () => {
    const jobs = [sampleJob({ id: ownId, alertId, ...settled })];
    prepare({ jobs });
    const first = made(await run());
    settleAll(jobs);
    const second = made(await run('bob'));
    expect(second.id).toBe(jobIdOf(alertId, 'rul_1', 2));
    expect(await listDecisions(management.deps, alertId)).toMatchObject([
      {
        ...{ reason: 'run_by_user', ruleId: 'rul_1', count: 2, jobId: second.id },
        sentence: expect.stringMatching(/^bob/),
      },
    ]);
    const agents = made(await listAgents(management.deps, alertId)).map(({ id }) => id);
    expect(agents.sort()).toEqual([first.id, second.id].sort());
  });

  test('twice at once starts one session, and again while it is at work is refused', async () => {
    const [first, second] = await Promise.all([run(), run()]);
    expect(made(second).id).toBe(made(first).id);
    expect(await listDecisions(management.deps, alertId)).toMatchObject([{ count: 1 }]);
    const message = expect.stringContaining(made(first).id);
    expect(await run()).toMatchObject({ status: 409, message });
    expect(management.agents.started.size).toBe(1);
  });

  test("is refused while the rule's own session is at work", async () => {
    prepare({ jobs: [sampleJob({ id: ownId, alertId, ...started })] });
    expect(await run()).toMatchObject({ status: 409, message: expect.stringContaining(ownId) });
  });

  test('that broke off before it was noted goes on where it was', async () => {
    const record = () => Promise.reject(new Error('throttled'));
    const failing = { ...management.deps, decisions: { ...management.deps.decisions, record } };
    await expect(runRule(failing, ids, 'alice')).rejects.toThrow('throttled');
    expect(made(await run())).toMatchObject({ id: jobIdOf(alertId, 'rul_1', 1) });
    expect(management.agents.started.size).toBe(1);
    expect(await listDecisions(management.deps, alertId)).toMatchObject([{ count: 1 }]);
  });

  test('whose job was cancelled before it started has its place in the ledger, and another one starts', async () => {
    const start = () => Promise.reject(new Error('throttled'));
    await expect(runRule({ ...management.deps, executions: { start } }, ids, 'alice')).rejects.toThrow('throttled');
    const first = jobIdOf(alertId, 'rul_1', 1);
    await cancelJob(management.deps, first, 'alice');
    const second = jobIdOf(alertId, 'rul_1', 2);
    expect(made(await run())).toMatchObject({ id: second });
    expect([...management.agents.started.keys()]).toEqual([second]);
    expect(await listDecisions(management.deps, alertId)).toMatchObject([{ count: 2, jobId: second }]);
    expect(
      made(await listAgents(management.deps, alertId))
        .map(({ id }) => id)
        .sort(),
    ).toEqual([first, second].sort());
  });

  test.each([
    ['whose config does not fit any more', sampleRule({ configJson: '{}' })],
    ['whose integration is gone', sampleRule({}, { integrationId: 'int_gone' })],
  ])('a rule %s is a conflict', async (_, rule) => {
    prepare({ storedRules: [rule] });
    expect(await run()).toMatchObject({ status: 409 });
    expect(management.agents.started.size).toBe(0);
  });

  test.each([
    ['a deleted rule', sampleRule({ deletedAt: 'then' })],
    ['a rule of another relay', sampleRule({ relayId: 'rly_2' })],
  ])('%s is not found', async (_, rule) => {
    prepare({ storedRules: [rule] });
    expect(await run()).toMatchObject({ status: 404 });
  });
});

test('nothing is found for an unknown alert', async () => {
  expect(await listDecisions(management.deps, 'alr_unknown')).toMatchObject({ status: 404 });
  expect(await runRule(management.deps, { ...ids, alertId: 'alr_unknown' }, 'alice')).toMatchObject({ status: 404 });
});
