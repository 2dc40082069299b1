import { describe, expect, test } from 'vitest';
import type { Ending } from '../../functions/contract/execution.ts';
import { TaskError } from '../../functions/domain/task/errors.ts';
import type { SessionServer } from '../../functions/ports.ts';
import { sampleAnswer, sampleDiff, sampleRef, sampleSession, sharedRef, worktree } from '../support/fakes/samples.ts';
import { inTurn } from '../support/fakes/server.ts';
import { prepareCollecting } from './prepare.ts';

const completed: Ending = { outcome: 'completed', cause: 'The agent finished.' };
const cancelled: Ending = { outcome: 'cancelled', cause: 'Stopped by an operator.' };
const unreachable = new TaskError('ServerUnreachable', 'connection refused');
const lost = new TaskError('SessionLost', 'gone');
const turn = async () => [sampleDiff('turn.ts')];
const tree = async () => [sampleDiff('tree.ts')];
const dirty = async () => false;
const moved = async () => 'f'.repeat(40);

describe('where the changes come from', () => {
  const cases: [what: string, ending: Ending, shared: boolean, server: Partial<SessionServer>, files: string[]][] = [
    ['the turn, if completed', completed, false, { turnDiff: turn }, ['turn.ts']],
    ['the worktree, if the turn has none', completed, false, { isClean: dirty, workingTreeDiff: tree }, ['tree.ts']],
    [
      'the worktree, if the agent committed',
      completed,
      false,
      { headCommit: moved, workingTreeDiff: tree },
      ['tree.ts'],
    ],
    ['nowhere, if the worktree equals its base', completed, false, {}, []],
    [
      'the worktree, if cut off',
      cancelled,
      false,
      { turnDiff: turn, isClean: dirty, workingTreeDiff: tree },
      ['tree.ts'],
    ],
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

  test.each<[base: string, server: Partial<SessionServer>]>([
    ['head', { isClean: dirty }],
    ['default_branch', { isClean: dirty, headCommit: moved }],
  ])('a worktree is compared with its %s, so that the patch applies to its base', async (base, server) => {
    const bases: string[] = [];
    const workingTreeDiff: SessionServer['workingTreeDiff'] = async (_, against) => {
      bases.push(against);
      return [sampleDiff('tree.ts')];
    };
    await prepareCollecting({ ...server, workingTreeDiff }).run();
    expect(bases).toEqual([base]);
  });

  test('a shared workspace says what is left out', async () => {
    const { run, results } = prepareCollecting({});
    await run({ session: sharedRef() });
    expect(results.written[0]?.manifest).toMatchObject({ notes: [expect.stringContaining('Shared workspace')] });
  });
});

describe('a session that did not complete', () => {
  test('keeps its ending, and its changes so far are stored', async () => {
    const { run } = prepareCollecting({ isClean: dirty, workingTreeDiff: tree });
    const { outcome, cause, result } = await run({ ending: cancelled });
    expect({ outcome, patch: result?.patch === null }).toEqual({ outcome: 'cancelled', patch: false });
    expect(cause).toBe('Stopped by an operator. Its changes so far are kept: 1 file (+1 -1).');
  });

  test('of a dead server is recorded after one try, and its worktree is kept', async () => {
    const { run, results, calls } = prepareCollecting({
      isClean: inTurn<boolean>(unreachable),
    });
    const collected = await run({ ending: { outcome: 'server_unreachable', cause: 'No answer.' } });
    expect(collected).toMatchObject({ outcome: 'server_unreachable', tokens: null, costUsd: null });
    expect(collected.cause).toBe(`No answer. The worktree ${worktree} is kept: its changes could not be read.`);
    expect(results.written[0]).toMatchObject({
      patch: null,
      answer: null,
      manifest: { unread: ['working_tree', 'turn', 'answer', 'usage'], workspace: { kept: true } },
    });
    expect(calls).toEqual([`isClean(${worktree})`]);
  });

  test('leaves out what a lost session cannot tell and keeps the rest', async () => {
    const { run, results, log } = prepareCollecting({
      isClean: dirty,
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
