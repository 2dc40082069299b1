import { beforeEach, describe, expect, test } from 'vitest';
import { runRule } from '../../../../functions/api/manage/agents/run-rule.ts';
import {
  pause,
  readSwitch,
  replayPaused,
  resume,
  type SwitchDeps,
  stopRunning,
} from '../../../../functions/api/manage/switch/switch.ts';
import type { Job } from '../../../../functions/domain/job/job.ts';
import type { DecisionMove } from '../../../../functions/ports.ts';
import { alertId, sampleAlert, sampleRule } from '../../../support/fakes/alert-samples.ts';
import { fakeManagement } from '../../../support/fakes/management.ts';
import { executionArn, sampleCollected, sampleJob } from '../../../support/fakes/samples.ts';
import { made } from '../made.ts';

const now = '2027-03-01T12:00:00.000Z';
let jobs: Job[];
let management: ReturnType<typeof fakeManagement>;
beforeEach(() => {
  jobs = [];
  management = fakeManagement({ alerts: [sampleAlert()], storedRules: [sampleRule()], jobs });
});

describe('the switch', () => {
  test('is on before it was ever changed', async () => {
    expect(await readSwitch(management.deps)).toMatchObject({ paused: false });
  });

  test('says who paused, when and why, and who resumed', async () => {
    await pause(management.deps, 'alice', 'Deploying');
    expect(await readSwitch(management.deps)).toEqual({ paused: true, by: 'alice', at: now, reason: 'Deploying' });
    await resume(management.deps, 'bob');
    expect(await readSwitch(management.deps)).toEqual({ paused: false, by: 'bob', at: now });
  });

  test('keeps a person from running a rule while it is off', async () => {
    await pause(management.deps, 'alice', 'Deploying');
    const run = () => runRule(management.deps, { alertId, ruleId: 'rul_1' }, 'bob');
    expect(await run()).toMatchObject({ status: 409, message: expect.stringContaining('by alice ("Deploying")') });
    expect(management.agents.started.size).toBe(0);
    await resume(management.deps, 'alice');
    expect(made(await run())).toHaveProperty('executionArn');
  });
});

describe('stopping what runs', () => {
  const day = (hoursAgo: number) => new Date(Date.parse(now) - hoursAgo * 3_600_000).toISOString();
  const job = (id: string, changes: Partial<Job> = {}) =>
    sampleJob({ id, executionArn, startedAt: now, createdAt: day(1), ...changes });
  const walk = async () => {
    let stopped = 0;
    let calls = 0;
    let before: Parameters<typeof stopRunning>[2];
    do {
      const answer = await stopRunning(management.deps, 'alice', before);
      stopped += answer.stopped;
      calls++;
      const cursor = answer.nextCursor;
      const [createdAt = '', id = ''] = cursor ? Buffer.from(cursor, 'base64url').toString().split('#') : [];
      before = cursor === null ? undefined : { createdAt, id };
    } while (before);
    return { stopped, calls };
  };

  test('stops each session that is not over, with who asked as its cause', async () => {
    jobs.push(job('job_a'), job('job_b', { finishedAt: now, collected: sampleCollected() }), job('job_c'));
    expect(await walk()).toEqual({ stopped: 2, calls: 1 });
    expect(management.stopped.sort()).toEqual(['job_a', 'job_c']);
    expect(new Set(management.agents.causes)).toEqual(new Set(['Stopped by alice with all that was running.']));
  });

  test('goes on to the others where one cannot be stopped', async () => {
    jobs.push(job('job_a'), job('job_b'), job('job_c'));
    const { deps } = management;
    const stop = async (...[name, cause]: Parameters<typeof deps.stopper.stop>) => {
      if (name === 'job_b') throw new Error('ThrottlingException');
      return deps.stopper.stop(name, cause);
    };
    const answer = await stopRunning({ ...deps, stopper: { stop } }, 'alice', undefined);
    expect(answer).toEqual({ stopped: 2, failed: 1, nextCursor: null });
    expect(management.stopped.sort()).toEqual(['job_a', 'job_c']);
  });

  test('goes on from call to call, each of which stops a hundred', async () => {
    jobs.push(...Array.from({ length: 250 }, (_, index) => job(`job_${String(index).padStart(3, '0')}`)));
    expect(await walk()).toEqual({ stopped: 250, calls: 3 });
    expect(new Set(management.stopped).size).toBe(250);
  });

  test('looks at so many jobs in a call, also where all are over', async () => {
    const over = { finishedAt: now, collected: sampleCollected() };
    jobs.push(...Array.from({ length: 600 }, (_, index) => job(`job_${String(index).padStart(3, '0')}`, over)));
    jobs.push(job('job_old', { createdAt: day(2) }));
    expect(await walk()).toEqual({ stopped: 1, calls: 2 });
  });

  test('ends where no older execution can be under way', async () => {
    jobs.push(job('job_lost', { createdAt: day(24 * 30) }));
    expect(await walk()).toEqual({ stopped: 0, calls: 1 });
  });

  test('settles a job that never started', async () => {
    const { executionArn: _, startedAt: __, ...waiting } = job('job_a');
    jobs.push(waiting);
    await walk();
    expect(jobs).toMatchObject([{ id: 'job_a', collected: { outcome: 'cancelled' } }]);
  });
});

describe('replaying what was paused', () => {
  const pausedAlerts = (...decisions: { alertId: string; ruleId: string }[]) => {
    const moves: DecisionMove[] = [];
    const limits: number[] = [];
    const deps: SwitchDeps = {
      ...management.deps,
      decisions: { move: async (move) => moves.push(move) > 0 },
      paused: {
        list: async (limit) => {
          limits.push(limit);
          return { decisions: decisions.slice(0, limit), more: decisions.length > limit };
        },
      },
    };
    return { deps, moves, limits };
  };

  test('is refused while starts are paused', async () => {
    await pause(management.deps, 'alice', 'Deploying');
    const { deps, moves } = pausedAlerts({ alertId, ruleId: 'rul_1' });
    expect(await replayPaused(deps, 50)).toMatchObject({ status: 409, message: expect.stringContaining('Resume') });
    expect(moves).toEqual([]);
  });

  test('decides each anew, and says what it came to', async () => {
    const { deps, moves } = pausedAlerts({ alertId, ruleId: 'rul_1' }, { alertId, ruleId: 'rul_gone' });
    expect(await replayPaused(deps, 50)).toEqual({
      decided: { started: 1, rule_disabled: 1 },
      failed: 0,
      more: false,
    });
    expect(management.agents.started.size).toBe(1);
    expect(moves.map(({ from, reason }) => [from, reason]).sort()).toEqual([
      ['paused', 'rule_disabled'],
      ['paused', 'started'],
    ]);
  });

  test('goes on after one that cannot be decided', async () => {
    const { deps } = pausedAlerts({ alertId: 'alr_lost', ruleId: 'rul_1' }, { alertId, ruleId: 'rul_1' });
    expect(await replayPaused(deps, 50)).toEqual({ decided: { started: 1 }, failed: 1, more: false });
    expect(management.warnings).toEqual(['Paused alert not decided']);
  });

  test('takes as many as it is asked to', async () => {
    const { deps, limits } = pausedAlerts({ alertId, ruleId: 'rul_1' }, { alertId, ruleId: 'rul_2' });
    expect(await replayPaused(deps, 1)).toMatchObject({ decided: { started: 1 }, more: true });
    expect(limits).toEqual([1]);
  });
});
