import { describe, expect, test } from 'vitest';
import { permissionsOf } from '../../../functions/domain/rule/permissions.ts';
import {
  baseCommit,
  jobId,
  repository,
  sampleExecution,
  sampleJob,
  sampleSession,
  worktree,
} from '../../support/fakes/samples.ts';
import { inTurn } from '../../support/fakes/server.ts';
import { fakeJobs } from '../../support/fakes/stores.ts';
import { prepareCreating, title } from './prepare.ts';

describe('create session', () => {
  test('makes a worktree and a session in it, and records it', async () => {
    const jobs = fakeJobs(sampleJob());
    const { run, calls } = prepareCreating({}, jobs);
    const session = await run();
    expect(session).toMatchObject({
      id: 'ses_1',
      directory: worktree,
      repository,
      worktree: true,
      baseCommit,
      serverVersion: '1.18.33',
    });
    const folder = Buffer.from(worktree).toString('base64url');
    expect(session.url).toBe(`https://opencode.internal.corp:4096/${folder}/session/ses_1`);
    expect(session.messageId).toMatch(/^msg_/);
    expect(session.partId).toMatch(/^prt_/);
    expect((await jobs.get(jobId))?.session).toEqual(session);
    expect(calls.filter((call) => call.startsWith('create'))).toEqual([
      `createWorktree(${repository})`,
      'createSession()',
    ]);
  });

  test('asks for its place before it asks the server anything', async () => {
    const { run, slots, calls } = prepareCreating({});
    await run({ ...sampleExecution(), maxConcurrent: 1 });
    expect(slots.slotsOf('int_1').holders).toMatchObject([{ jobId }]);
    const other = { ...sampleExecution(), jobId: 'job_other', maxConcurrent: 1 };
    const before = calls.length;
    await expect(run(other)).rejects.toMatchObject({ name: 'SlotNotFree' });
    expect(calls).toHaveLength(before);
  });

  test('sends the permissions of the rule, and nothing where the server decides', async () => {
    const sent: unknown[] = [];
    const { run } = prepareCreating({
      createSession: async ({ permissions = null }) => {
        sent.push(permissions);
        // The server's own may stand before them.
        const own = { action: '*', resource: '*', effect: 'allow' } as const;
        return sampleSession({ permissions: permissions && [own, ...permissions] });
      },
    });
    const execution = sampleExecution();
    for (const profile of ['fix', 'server'] as const) {
      await run({ ...execution, session: { ...execution.session, permissions: permissionsOf(profile) } });
    }
    expect(sent).toEqual([permissionsOf('fix').rules, null]);
  });

  test('names and labels what it makes, so that it is found again', async () => {
    const seen: unknown[] = [];
    const { run } = prepareCreating({
      createWorktree: async (_, name) => {
        seen.push(name);
        return worktree;
      },
      createSession: async (wanted) => {
        seen.push(wanted);
        return sampleSession();
      },
    });
    await run();
    const metadata = { jobId, alertId: 'alr_1', relayId: 'rly_1', ruleId: 'rul_1' };
    const { model, agent } = sampleExecution().session;
    const wanted = { jobId, directory: worktree, title, metadata, model, agent };
    expect(seen).toEqual(['relay-0123456789abcdef0123456789abcdef', wanted]);
  });

  test('repeated after a lost answer it goes on with its own worktree and session', async () => {
    const first = await prepareCreating({}).run();
    const { run, calls } = prepareCreating({
      listWorktrees: async () => ['/srv/data/worktree/3dbb5e18/relay-other', worktree],
      findSession: async (wanted) =>
        wanted.directory === worktree && wanted.title === title && wanted.jobId === jobId ? sampleSession() : undefined,
    });
    expect(await run()).toEqual(first);
    expect(calls.filter((call) => call.startsWith('create'))).toEqual([]);
  });

  test('of two worktrees that a lost answer left every repeat takes the same one', async () => {
    const [one, two] = [`${worktree}-amber-fox`, `${worktree}-proud-cabin`];
    for (const listed of [
      [one, two],
      [two, one],
    ]) {
      const { run } = prepareCreating({ listWorktrees: async () => listed });
      expect((await run()).directory).toBe(one);
    }
  });

  test('does not begin before its start is noted', async () => {
    const failing = {
      ...fakeJobs(sampleJob()),
      markStarted: () => Promise.reject(new Error('throttled')),
    };
    const { run, calls } = prepareCreating({}, failing);
    const execution = { ...sampleExecution(), AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: 'arn:run' };
    await expect(run(execution)).rejects.toThrow('throttled');
    expect(calls).toEqual([]);
  });

  test('a worktree that got a suffix is found too', async () => {
    const { run } = prepareCreating({ listWorktrees: async () => [`${worktree}-proud-cabin`] });
    expect((await run()).directory).toBe(`${worktree}-proud-cabin`);
  });

  test('a shared workspace is the repository itself', async () => {
    const { run, calls } = prepareCreating({});
    const session = await run(sampleExecution({ workspace: 'shared', directory: null }));
    expect(session).toMatchObject({ directory: '/srv/work/default', repository: '/srv/work/default', worktree: false });
    expect(calls.filter((call) => /worktree|isCheckedOut/i.test(call))).toEqual([]);
  });

  test('without a model and an agent in the rule, the server is not asked for any', async () => {
    const { run, calls } = prepareCreating({});
    await run(sampleExecution({ model: null, agent: null }));
    expect(calls).not.toContain('models');
    expect(calls.filter((call) => /models|agents/.test(call))).toEqual([]);
  });

  test('a long title is cut and still ends in the job id', async () => {
    let asked = '';
    const { run } = prepareCreating({
      createSession: async (wanted) => {
        asked = wanted.title;
        return sampleSession();
      },
    });
    const execution = sampleExecution();
    await run({
      ...execution,
      alert: { ...execution.alert, title: `Disk\n\u0000full ${'x'.repeat(204)}🔥${'x'.repeat(40)}` },
    });
    expect(asked).toHaveLength(255);
    expect(asked).toMatch(/^Disk full x{204}\ufffd… \[job_0123456789abcdef0123456789abcdef\]$/);
  });

  test('waits until the files of the worktree are there', async () => {
    const { run, clock, calls } = prepareCreating({ isCheckedOut: inTurn(false, false, true) });
    await run();
    expect(clock.slept()).toBe(1_000);
    expect(calls.indexOf('createSession()')).toBeGreaterThan(calls.lastIndexOf(`isCheckedOut(${worktree})`));
  });
});
