import { describe, expect, test } from 'vitest';
import type { Ending } from '../../functions/contract/execution.ts';
import { TaskError } from '../../functions/domain/task/errors.ts';
import type { SessionServer } from '../../functions/ports.ts';
import {
  baseCommit,
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
    expect(asked).toEqual([[worktree, baseCommit]]);
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
    const { run, results } = prepareCollecting({});
    await run({ session: sharedRef() });
    expect(results.written[0]?.manifest).toMatchObject({ notes: [expect.stringContaining('Shared workspace')] });
  });
});

describe('a session that did not complete', () => {
  test('keeps its ending, and its changes so far are stored', async () => {
    const { run } = prepareCollecting({ workingTreeDiff: tree });
    const { outcome, cause, result } = await run({ ending: cancelled });
    expect({ outcome, patch: result?.patch === null }).toEqual({ outcome: 'cancelled', patch: false });
    expect(cause).toBe('Stopped by an operator. Its changes so far are kept: 1 file (+1 -1).');
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
    expect(calls).toEqual([`workingTreeDiff(${worktree})`]);
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
    expect((await run()).result?.answer).toBeNull();
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
