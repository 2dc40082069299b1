import { expect, test } from 'vitest';
import { TaskError } from '../../../functions/domain/task/errors.ts';
import { sampleExecution } from '../../support/fakes/samples.ts';
import { inTurn } from '../../support/fakes/server.ts';
import { prepareCreating } from './prepare.ts';

const execution = { ...sampleExecution(), catalogue: { version: 3, entry: 'checkout', baseRef: 'release/1.x' } };

const namesOf = (calls: string[]) => calls.map((call) => call.split(/\W/)[0]);

test('a worktree is set to what the catalogue names once its files are there, and before its session is made', async () => {
  const { calls, run } = prepareCreating({ setBase: async () => 'done' });
  await run(execution);
  const names = namesOf(calls);
  expect(names.indexOf('setBase')).toBeGreaterThan(names.indexOf('isCheckedOut'));
  expect(names.indexOf('setBase')).toBeLessThan(names.indexOf('createSession'));
  expect(names.indexOf('setBase')).toBeLessThan(names.indexOf('headCommit'));
});

test.each([
  ['unknown', /no such branch, tag or commit.*nothing is fetched.*baseRef of entry "checkout"/],
  ['failed', /could not run git there/],
] as const)('one that is not set to it (%s) begins no session', async (set, message) => {
  const { calls, run } = prepareCreating({ setBase: async () => set });
  await expect(run(execution)).rejects.toMatchObject({
    name: 'WorkspaceFailed',
    message: expect.stringMatching(message),
  });
  expect(namesOf(calls)).not.toContain('createSession');
});

test('a server that is away for a moment is tried again', async () => {
  const answers = (['failed', 'done'] as const).values();
  await prepareCreating({ setBase: async () => answers.next().value ?? 'failed' }).run(execution);
  const gone = inTurn<never>(new TaskError('ServerUnreachable', 'gone'));
  const { run } = prepareCreating({ setBase: async () => 'failed', headCommit: gone });
  await expect(run(execution)).rejects.toMatchObject({ name: 'ServerUnreachable' });
});

test('without one, or in a shared directory, nothing is set', async () => {
  const shared = { ...execution, session: { ...execution.session, workspace: 'shared' as const } };
  for (const given of [shared, sampleExecution()]) {
    const { calls, run } = prepareCreating({});
    await run(given);
    expect(namesOf(calls)).not.toContain('setBase');
  }
});
