import { describe, expect, test } from 'vitest';
import type { Ending } from '../../functions/contract/execution.ts';
import type { FileDiff } from '../../functions/domain/session/session.ts';
import { TaskError } from '../../functions/domain/task/errors.ts';
import type { SessionServer } from '../../functions/ports.ts';
import {
  baseCommit,
  fitting,
  sampleAnswer,
  sampleDiff,
  sampleRef,
  sampleSession,
  sharedRef,
  worktree,
} from '../support/fakes/samples.ts';
import { inTurn } from '../support/fakes/server.ts';
import { prepareCollecting } from './prepare.ts';

const completed: Ending = { outcome: 'completed', cause: 'The agent finished.' };
const cancelled: Ending = { outcome: 'cancelled', cause: 'Stopped by an operator.' };
const unreachable = new TaskError('ServerUnreachable', 'connection refused');
const lost = new TaskError('SessionLost', 'gone');
const turn = async () => [sampleDiff('turn.ts')];
const tree = async () => [sampleDiff('tree.ts')];
const notTold = async () => null;

describe('where the changes come from', () => {
  const cases: [what: string, ending: Ending, shared: boolean, server: Partial<SessionServer>, files: string[]][] = [
    ['the worktree', completed, false, { turnDiff: turn, workingTreeDiff: tree }, ['tree.ts']],
    ['nowhere, if the worktree equals its base', completed, false, { turnDiff: turn }, []],
    [
      'the turn, if the server cannot compare',
      completed,
      false,
      { turnDiff: turn, workingTreeDiff: notTold },
      ['turn.ts'],
    ],
    ['the worktree, if cut off', cancelled, false, { turnDiff: turn, workingTreeDiff: tree }, ['tree.ts']],
    ['the turn, if cut off with a clean worktree', cancelled, false, { turnDiff: turn }, ['turn.ts']],
    ['the turn alone, if shared', completed, true, {}, []],
    ['the turn alone, if shared and cut off', cancelled, true, { turnDiff: turn }, ['turn.ts']],
  ];
  test.each(cases)('%s', async (_, ending, shared, server, files) => {
    const { run, results } = prepareCollecting(server);
    const collected = await run({ ending, session: shared ? sharedRef() : sampleRef() });
    expect(results.written[0]?.manifest).toMatchObject({ files: files.map((path) => ({ path })) });
    expect(collected.result?.files).toBe(files.length);
  });

  test('a worktree is compared with its base commit, so that the patch applies there', async () => {
    const asked: unknown[] = [];
    const workingTreeDiff: SessionServer['workingTreeDiff'] = async (...request) => {
      asked.push(request);
      return [sampleDiff('tree.ts')];
    };
    await prepareCollecting({ workingTreeDiff }).run();
    expect(asked).toEqual([[{ directory: worktree, baseCommit, own: true }]]);
  });

  test('of a shared directory is asked for up to the prompt that followed last', async () => {
    const asked: unknown[] = [];
    const turnDiff: SessionServer['turnDiff'] = async (...request) => {
      asked.push(request);
      return [sampleDiff('turn.ts')];
    };
    const session = sharedRef();
    const followed = { round: 2, messageId: 'msg_2', partId: 'prt_2', callsBefore: 3 };
    for (const each of [session, { ...session, turn: followed }]) {
      await prepareCollecting({ turnDiff }).run({ session: each });
    }
    expect(asked).toEqual([
      [session.id, session.messageId, undefined],
      [session.id, session.messageId, 'msg_2'],
    ]);
  });

  const untold: [what: string, ending: Ending, server: Partial<SessionServer>, unread: string[]][] = [
    ['finished and has a turn', completed, { turnDiff: turn }, []],
    ['finished without one', completed, {}, ['working_tree']],
    ['was cut off, whose turn may lack a step', cancelled, { turnDiff: turn }, ['working_tree']],
  ];
  test.each(untold)('a tree that cannot be compared is kept unless the agent %s', async (_, ending, server, unread) => {
    const { run, results } = prepareCollecting({ workingTreeDiff: notTold, ...server });
    await run({ ending });
    expect(results.written[0]?.manifest).toMatchObject({ unread, workspace: { kept: unread.length > 0 } });
  });

  test('a shared workspace says what is left out', async () => {
    const { run, results } = prepareCollecting({ turnDiff: turn, changedPaths: async () => ['turn.ts', 'big.lock'] });
    const { cause } = await run({ session: sharedRef() });
    expect(cause).toContain('by this session or by others, and not recorded for it: big.lock.');
    expect(results.written[0]?.manifest).toMatchObject({
      unrecorded: ['big.lock'],
      notes: [expect.stringContaining('Shared workspace')],
    });
  });

  test.each([
    ['snapshots are off', {}, /snapshots are switched off/],
    ['there is no repository', { baseCommit: null }, /is no git repository/],
  ])('where %s, "nothing was recorded" is told from "nothing changed"', async (_, changes, told) => {
    const { run } = prepareCollecting({ messages: async () => [sampleAnswer({ recorded: false })] });
    expect((await run({ session: { ...sharedRef(), ...changes } })).cause).toMatch(told);
    const { run: recorded } = prepareCollecting({});
    expect((await recorded({ session: { ...sharedRef(), ...changes } })).cause).not.toMatch(/not recorded/);
  });

  test('a diff that lacks what a tool wrote is read again', async () => {
    const wrote = sampleAnswer({ wrote: [`${worktree}/late.ts`, 'tree.ts'] });
    const late = inTurn([sampleDiff('tree.ts')], [sampleDiff('tree.ts'), sampleDiff('late.ts')]);
    const { run } = prepareCollecting({ workingTreeDiff: late, messages: async () => [wrote] });
    expect((await run()).result?.files).toBe(2);
  });

  test('a turn of which nothing is recorded yet is read again where the shared directory has changed', async () => {
    const late = inTurn<FileDiff[]>([], [sampleDiff('turn.ts')]);
    const { run } = prepareCollecting({ turnDiff: late, changedPaths: async () => ['turn.ts'] });
    expect((await run({ session: sharedRef() })).result?.files).toBe(1);
  });

  test('a file that a tool wrote and git ignores is named, and its worktree is kept', async () => {
    const wrote = sampleAnswer({ wrote: ['dist/app.js', '/elsewhere/app.js'] });
    const asked: string[][] = [];
    const { run, results } = prepareCollecting({
      messages: async () => [wrote],
      auditPatch: async (_, __, named) => {
        asked.push(named);
        return { ...fitting, ignored: named };
      },
    });
    const { cause } = await run();
    expect(asked).toEqual([[`${worktree}/dist/app.js`]]);
    expect(cause).toContain(`because git ignores them: ${worktree}/dist/app.js.`);
    expect(results.written[0]?.manifest).toMatchObject({ workspace: { kept: true } });
  });
});

describe('a session that did not complete', () => {
  test('keeps its ending, and its changes so far are stored', async () => {
    const { run } = prepareCollecting({ workingTreeDiff: tree });
    const { outcome, cause, result } = await run({ ending: cancelled });
    expect({ outcome, patch: result?.patch === null }).toEqual({ outcome: 'cancelled', patch: false });
    expect(cause).toBe('Stopped by an operator. Its changes so far are kept: 1 file (+1 -1).');
  });

  test('of a result that is too large is told by its own name, and its worktree is kept', async () => {
    const tooLarge = new TaskError('ResultTooLarge', 'It is larger than 48 MiB.');
    const methods = { workingTreeDiff: inTurn<never>(tooLarge), turnDiff: inTurn<never>(tooLarge) };
    await expect(prepareCollecting(methods).run()).rejects.toMatchObject({ name: 'ResultTooLarge' });

    const { run, results, calls } = prepareCollecting(methods);
    const collected = await run({ ending: { outcome: 'result_too_large', cause: tooLarge.message } });
    expect(collected).toMatchObject({ outcome: 'result_too_large', result: { patch: null }, costUsd: 0.25 });
    expect(collected.cause).toContain(`The worktree ${worktree} is kept: its changes could not be read.`);
    expect(results.written[0]).toMatchObject({ answer: expect.any(String), manifest: { workspace: { kept: true } } });
    expect(calls.filter((call) => /dispose|remove/.test(call))).toEqual([]);
  });

  test('of a dead server is recorded after one try, and its worktree is kept', async () => {
    const { run, results, calls } = prepareCollecting({
      workingTreeDiff: inTurn<never>(unreachable),
    });
    const collected = await run({ ending: { outcome: 'server_unreachable', cause: 'No answer.' } });
    expect(collected).toMatchObject({ outcome: 'server_unreachable', tokens: null, costUsd: null });
    expect(collected.cause).toBe(`No answer. The worktree ${worktree} is kept: its changes could not be read.`);
    expect(results.written[0]).toMatchObject({
      patch: null,
      answer: null,
      manifest: { unread: ['working_tree', 'turn', 'answer', 'usage'], workspace: { kept: true } },
    });
    expect(calls).toEqual(['workingTreeDiff()']);
  });

  test('leaves out what a lost session cannot tell and keeps the rest', async () => {
    const { run, results, log } = prepareCollecting({
      workingTreeDiff: tree,
      messages: inTurn<never>(lost),
      session: inTurn<never>(lost),
    });
    const collected = await run({ ending: { outcome: 'session_lost', cause: 'Gone.' } });
    expect(collected).toMatchObject({ outcome: 'session_lost', result: { files: 1, answer: null }, tokens: null });
    expect(results.written[0]?.manifest).toMatchObject({ unread: ['answer', 'usage'] });
    expect(log.warnings).toEqual(['Result not read: SessionLost', 'Result not read: SessionLost']);
  });
});

describe('answer and usage', () => {
  test('the answer is the last text of the agent', async () => {
    const asked = sampleAnswer({ id: 'msg_1', role: 'user', parentId: null, text: 'Fix it.' });
    const said = sampleAnswer({ text: 'I will look at the pool.', finish: 'tool-calls' });
    const silent = sampleAnswer({ id: 'msg_3', text: '' });
    const { run, results } = prepareCollecting({
      messages: async (_, limit) => [asked, said, silent].slice(-limit),
    });
    await run();
    expect(results.written[0]?.answer).toBe('I will look at the pool.');
  });

  test('a session that said nothing has no answer', async () => {
    const { run, results } = prepareCollecting({ messages: async () => [] });
    const { cause, result } = await run();
    expect([result?.answer, cause]).toEqual([null, expect.stringMatching(/without a change and without a word/)]);
    expect(results.written[0]?.answer).toBeNull();
  });

  test('sub-agents count', async () => {
    const { run } = prepareCollecting({
      descendants: async () => ['ses_2', 'ses_3'],
      session: async (id) => sampleSession({ id, costUsd: id === 'ses_3' ? 1 : 0.25 }),
    });
    expect(await run()).toMatchObject({
      costUsd: 1.5,
      tokens: { input: 300, output: 75, reasoning: 15, cacheRead: 60, cacheWrite: 3 },
    });
  });
});
