import { describe, expect, test } from 'vitest';
import { TaskError } from '../../../functions/domain/task/errors.ts';
import { fakeGuards, gitFolder } from '../../support/fakes/guards.ts';
import { jobId, repository, sampleExecution } from '../../support/fakes/samples.ts';
import { fakeJobs } from '../../support/fakes/stores.ts';
import { prepareCreating, releasing } from './prepare.ts';

const { endpoint } = sampleExecution().session;
const poisoned = gitFolder({ config: '[core]\n\tbare = false\n\tfsmonitor = /tmp/x' });
const other = (id: string) => ({ ...sampleExecution(), jobId: id });
/** Any job may begin. */
const jobs = { ...fakeJobs(), recordSession: async () => true };

describe('a session in a repository that others work in', () => {
  test('begins where the git folder is as it was, and is noted', async () => {
    const guards = fakeGuards();
    await prepareCreating({}, jobs, undefined, guards).run(other('job_before'));
    await prepareCreating({}, jobs, undefined, guards).run();
    const begun = guards.guardOf(endpoint, repository)?.sessions.map((each) => each.jobId);
    expect(begun).toEqual(['job_before', jobId]);
  });

  test('does not begin where it has changed: nothing is made on the server, and the cause says what to do', async () => {
    const guards = fakeGuards();
    await prepareCreating({}, jobs, undefined, guards).run(other('job_before'));
    const { run, calls } = prepareCreating({ gitFolder: async () => poisoned }, jobs, undefined, guards);
    const refused = run();
    await expect(refused).rejects.toMatchObject({ name: 'WorkspaceFailed' });
    await expect(refused).rejects.toThrow(
      new RegExp(`config core.fsmonitor .*meanwhile ran job_before.*npm run accept -- ${jobId}`),
    );
    expect(calls.filter((call) => /^(create|findSession|listWorktrees)/.test(call))).toEqual([]);
    // Nor does the next one, where the change has gone again.
    await expect(prepareCreating({}, jobs, undefined, guards).run(other('job_later'))).rejects.toMatchObject({
      name: 'WorkspaceFailed',
    });
  });

  test('is not told apart by what follows which branch', async () => {
    const guards = fakeGuards();
    await prepareCreating({}, jobs, undefined, guards).run(other('job_before'));
    const config = '[core]\n\tbare = false\n[branch "fix"]\n\tremote = origin\n\tmerge = refs/heads/main';
    await prepareCreating({ gitFolder: async () => gitFolder({ config }) }, jobs, undefined, guards).run();
  });

  test('in a directory of no repository shares nothing', async () => {
    const { run, guards } = prepareCreating({ gitFolder: async () => null }, jobs);
    await run();
    expect(guards.guardOf(endpoint, repository)).toBeUndefined();
  });

  test('is tried again where the server does not tell', async () => {
    const silent = async () => Promise.reject(new TaskError('ServerUnreachable', 'The server is slow.'));
    const { run, calls } = prepareCreating({ gitFolder: silent }, jobs);
    await expect(run()).rejects.toMatchObject({ name: 'ServerUnreachable' });
    expect(calls.filter((call) => call.startsWith('createWorktree'))).toEqual([]);
  });

  test('is no longer among those at work once it has come to nothing', async () => {
    const failing = {
      ...releasing,
      createSession: async () => Promise.reject(new TaskError('ServerUnsupported', 'No session.')),
    };
    const { run, guards } = prepareCreating(failing, jobs);
    await expect(run()).rejects.toMatchObject({ name: 'ServerUnsupported' });
    expect(guards.guardOf(endpoint, repository)?.sessions).toEqual([]);
  });

  test('of many that begin at once each is noted', async () => {
    const guards = fakeGuards();
    const ids = Array.from({ length: 8 }, (_, index) => `job_${index}`);
    await Promise.all(ids.map((id) => prepareCreating({}, jobs, undefined, guards).run(other(id))));
    expect(
      guards
        .guardOf(endpoint, repository)
        ?.sessions.map((each) => each.jobId)
        .sort(),
    ).toEqual(ids);
  });
});
