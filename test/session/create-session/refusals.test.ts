import { describe, expect, test } from 'vitest';
import { permissionsOf } from '../../../functions/domain/rule/permissions.ts';
import type { Session } from '../../../functions/domain/session/session.ts';
import { TaskError } from '../../../functions/domain/task/errors.ts';
import type { SessionServer } from '../../../functions/ports.ts';
import { sampleExecution, sampleJob, sampleSession, worktree } from '../../support/fakes/samples.ts';
import { inTurn } from '../../support/fakes/server.ts';
import { fakeJobs } from '../../support/fakes/stores.ts';
import { prepareCreating, releasing } from './prepare.ts';

describe('create session refuses or gives up', () => {
  const refusals: [what: string, methods: Partial<SessionServer>, name: string, message: RegExp][] = [
    [
      'an unknown provider',
      { models: async () => [{ providerID: 'acme', modelIDs: ['a'] }] },
      'SessionFailed',
      /no provider "stub"; it has acme\. Correct openCodeModel\.providerID of rule "Fix checkout"/,
    ],
    [
      'an unknown model',
      { models: async () => [{ providerID: 'stub', modelIDs: Array.from({ length: 10 }, (_, n) => `m${n}`) }] },
      'SessionFailed',
      /no model "stub-1" of provider "stub"; it has m0, .*, m7 and 2 more\. Correct openCodeModel\.modelID/,
    ],
    ['no provider at all', { models: async () => [] }, 'SessionFailed', /it has none/],
    [
      'an unknown agent',
      { agents: async () => ['plan'] },
      'SessionFailed',
      /no agent "build"; it has plan\. Correct config\.agent of rule/,
    ],
    [
      'an unusable directory',
      { resolveDirectory: inTurn<string>(new TaskError('WorkspaceFailed', 'No such directory')) },
      'WorkspaceFailed',
      /No such directory/,
    ],
    [
      'a directory that is no repository',
      { createWorktree: inTurn<string>(new TaskError('WorkspaceFailed', 'Not a git repository.')) },
      'WorkspaceFailed',
      /"workspace": "shared"/,
    ],
  ];
  test.each(refusals)(
    '%s ends with a cause that names the fix, and creates nothing',
    async (_, methods, name, message) => {
      const { run, calls } = prepareCreating(methods);
      await expect(run()).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
      expect(calls.some((call) => call.startsWith('createSession'))).toBe(false);
    },
  );

  const removes = (call: string): boolean => call.startsWith('removeWorktree');

  const limited = (profile: 'fix' | 'investigate') => {
    const execution = sampleExecution();
    return { ...execution, session: { ...execution.session, permissions: permissionsOf(profile) } };
  };

  test.each([
    ['drops the permissions', null],
    ['keeps some of them', permissionsOf('fix').rules.slice(1)],
    ['turns one of them', permissionsOf('fix').rules.map((rule) => ({ ...rule, effect: 'allow' as const }))],
  ])('a server that %s gets no prompt, and its worktree is left to the ending', async (_, permissions) => {
    const { run, calls } = prepareCreating({ ...releasing, createSession: async () => sampleSession({ permissions }) });
    await expect(run(limited('fix'))).rejects.toMatchObject({
      name: 'ServerUnsupported',
      message: expect.stringMatching(/1\.18\.33 did not keep the permissions .*\(fix\).*"Fix checkout" to "server"/),
    });
    expect(calls.filter(removes)).toEqual([]);
  });

  test('a session that is found again without them is refused as well', async () => {
    const { run } = prepareCreating({ ...releasing, findSession: async () => sampleSession({ permissions: null }) });
    await expect(run(limited('investigate'))).rejects.toMatchObject({ name: 'ServerUnsupported' });
  });

  test('a checkout that never becomes clean ends in time, and is left to the ending', async () => {
    const { run, clock, calls } = prepareCreating({ ...releasing, isCheckedOut: async () => false });
    await expect(run()).rejects.toMatchObject({ name: 'WorkspaceFailed', message: expect.stringContaining('75 s') });
    expect(clock.slept()).toBe(75_000);
    expect(calls.filter(removes)).toEqual([]);
  });

  test('a server that drops out in the middle leaves the workspace for the next try', async () => {
    const { run, calls } = prepareCreating({
      createSession: inTurn<never>(new TaskError('ServerUnreachable', 'reset')),
    });
    await expect(run()).rejects.toMatchObject({ name: 'ServerUnreachable' });
    expect(calls.filter((call) => call === 'createSession()')).toHaveLength(3);
    expect(calls.some((call) => call.startsWith('removeWorktree'))).toBe(false);
  });

  test('a session and a worktree whose answers were lost are looked for before they are made again', async () => {
    const lost = new TaskError('ServerUnreachable', 'reset');
    const { run, calls } = prepareCreating({
      createWorktree: inTurn<never>(lost),
      listWorktrees: inTurn<string[]>([], [worktree]),
      createSession: inTurn<never>(lost),
      findSession: inTurn<Session | undefined>(undefined, sampleSession()),
    });
    expect(await run()).toMatchObject({ id: sampleSession().id, directory: worktree });
    expect(calls.filter((call) => call.startsWith('create'))).toHaveLength(2);
  });

  test('an execution that was stopped meanwhile leaves its worktree to the ending', async () => {
    const { run, calls } = prepareCreating(releasing, fakeJobs(sampleJob({ finishedAt: '2027-03-01T12:00:00.000Z' })));
    await expect(run()).rejects.toMatchObject({ name: 'SessionLost', message: expect.stringContaining('stopped') });
    expect(calls.filter(removes)).toEqual([]);
  });
});
