import { beforeEach, describe, expect, test } from 'vitest';
import { gitStateOf } from '../../functions/domain/repository/git-state.ts';
import { enterRepository, repositoryId } from '../../functions/domain/repository/repository-guard.ts';
import { TaskError } from '../../functions/domain/task/errors.ts';
import { fakeGuards, gitFolder } from '../support/fakes/guards.ts';
import { samplePassword } from '../support/fakes/passwords.ts';
import { jobId, repository, sampleDiff, sampleExecution } from '../support/fakes/samples.ts';
import { prepareCollecting } from './prepare.ts';

const { endpoint } = sampleExecution().session;
const at = '2027-03-01T11:59:00.000Z';
const hooked = gitFolder({ 'hooks/pre-commit': 'sh' }, { main: 'b' });

/** What the manifest tells of the git folder. */
const told = (manifest: object | undefined): unknown => ({ ...manifest, gitFolder: undefined, ...manifest }).gitFolder;

describe('the git folder after a session', () => {
  let guards: ReturnType<typeof fakeGuards>;
  beforeEach(async () => {
    guards = fakeGuards();
    const first = enterRepository(undefined, gitStateOf(gitFolder({}, { main: 'a' })), { jobId: 'job_other', at });
    const { guard } = enterRepository(first.guard, gitStateOf(gitFolder({}, { main: 'a' })), { jobId, at });
    await guards.store.write(repositoryId(endpoint, repository), guard, 0);
  });

  test('that changed is named in cause and manifest, with all that ran meanwhile, and the patch is kept', async () => {
    const prepared = prepareCollecting(
      { gitFolder: async () => hooked, workingTreeDiff: async () => [sampleDiff('a.ts')] },
      { guards: guards.store },
    );
    const { outcome, cause } = await prepared.run();
    expect(outcome).toBe('diff_ready');
    expect(cause).toMatch(
      new RegExp(`While it and job_other ran, the git folder .*hooks/pre-commit.*npm run accept -- ${jobId}`),
    );
    expect(told(prepared.results.written[0]?.manifest)).toEqual({
      changed: ['hooks/pre-commit'],
      branches: ['main'],
      jobIds: ['job_other', jobId],
    });
    expect(guards.guardOf(endpoint, repository)?.block).toMatchObject({ jobIds: ['job_other', jobId] });
  });

  test('of which branches moved alone is reported, and blocks nobody', async () => {
    const { run, results } = prepareCollecting(
      { gitFolder: async () => gitFolder({}, { main: 'b' }) },
      { guards: guards.store },
    );
    expect((await run()).cause).not.toContain('git folder');
    expect(told(results.written[0]?.manifest)).toMatchObject({ changed: [], branches: ['main'] });
    expect(guards.guardOf(endpoint, repository)).toMatchObject({ block: null, last: jobId });
  });

  test('that cannot be read is left to the next look, and the session stays a suspect', async () => {
    const slow = async () => Promise.reject(new TaskError('ServerUnreachable', 'The server is slow.'));
    const { run, results, log } = prepareCollecting({ gitFolder: slow }, { guards: guards.store });
    expect((await run()).outcome).toBe('no_changes');
    expect(told(results.written[0]?.manifest)).toBeNull();
    expect(log.warnings).toEqual(['Git folder not compared [git_folder open]: ServerUnreachable']);
    expect(guards.guardOf(endpoint, repository)?.sessions).toMatchObject([
      { jobId: 'job_other' },
      { jobId, endedAt: expect.any(String) },
    ]);
  });

  test('is not asked for where nobody has entered, and a guard that fails costs no result', async () => {
    const { run, calls } = prepareCollecting({});
    await run();
    expect(calls.filter((call) => call.startsWith('gitFolder'))).toEqual([]);
    const broken = { ...guards.store, read: async () => Promise.reject(new Error('throttled')) };
    expect((await prepareCollecting({}, { guards: broken }).run()).outcome).toBe('no_changes');
  });

  test('whose names hold the password of the server tells them without it', async () => {
    const { run, results } = prepareCollecting(
      { gitFolder: async () => gitFolder({ [`hooks/${samplePassword}`]: 'sh' }) },
      { guards: guards.store },
    );
    const { cause } = await run();
    expect(cause + JSON.stringify(results.written[0]?.manifest)).not.toContain(samplePassword);
  });
});
