import { describe, expect, test } from 'vitest';
import type { GitState } from '../../../functions/contract/git-state.ts';
import {
  acceptRepository,
  enterRepository,
  leaveRepository,
  type RepositoryGuard,
  withdrawFrom,
} from '../../../functions/domain/repository/repository-guard.ts';

const state = (files: Record<string, string> = {}, branches: Record<string, string> = {}): GitState => ({
  files: { config: '1', ...files },
  branches: { main: 'a', ...branches },
  complete: true,
});
const clean = state();
const hooked = state({ 'hooks/pre-commit': '2' });
const at = (minute: number): string => new Date(Date.UTC(2027, 2, 1, 12, minute)).toISOString();

/** Plays sessions that enter and leave, each at the next minute; returns what the last step gave. */
function play(...steps: [what: 'enter' | 'leave', jobId: string, state: GitState | null][]) {
  let guard: RepositoryGuard | undefined;
  let last: { block?: unknown; report?: unknown } = {};
  for (const [index, [what, jobId, seen]] of steps.entries()) {
    const passing = { jobId, at: at(index) };
    const result =
      what === 'enter' && seen
        ? enterRepository(guard, seen, passing)
        : leaveRepository(guard ?? expect.fail('nobody has entered'), seen, passing);
    guard = result.guard;
    last = result;
  }
  return { guard: guard ?? expect.fail('no step'), ...last };
}

describe('sessions of a repository', () => {
  test('the first look is taken for granted, and sessions that change nothing pass', () => {
    const { guard, block } = play(['enter', 'a', hooked], ['leave', 'a', hooked], ['enter', 'b', hooked]);
    expect(block).toBeNull();
    expect(guard.sessions).toEqual([{ jobId: 'b', since: at(2) }]);
  });

  test('a change is attributed to all sessions that ran meanwhile, and to no other', () => {
    const before = [
      ['enter', 'early', clean],
      ['leave', 'early', clean],
      ['enter', 'a', clean],
      ['enter', 'b', clean],
    ] as const;
    const { report, guard } = play(...before.map((each) => [...each] as [(typeof each)[0], string, GitState]), [
      'leave',
      'a',
      hooked,
    ]);
    expect(report).toEqual({ changed: ['hooks/pre-commit'], branches: [], jobIds: ['a', 'b'] });
    const later = leaveRepository(guard, hooked, { jobId: 'b', at: at(9) });
    expect(later.report).toEqual({ changed: ['hooks/pre-commit'], branches: [], jobIds: ['a', 'b'] });
    expect(later.guard.block).toMatchObject({ at: at(4), jobIds: ['a', 'b'] });
  });

  test('one whose end could not be looked at is found by the next, and named', () => {
    const { block } = play(['enter', 'a', clean], ['leave', 'a', null], ['enter', 'b', hooked]);
    expect(block).toEqual({ at: at(2), changed: ['hooks/pre-commit'], jobIds: ['a'] });
  });

  test('a change while nobody ran is named after the last one that did', () => {
    const { block, guard } = play(['enter', 'a', clean], ['leave', 'a', clean], ['enter', 'b', hooked]);
    expect(block).toEqual({ at: at(2), changed: ['hooks/pre-commit'], jobIds: ['a'] });
    expect(guard.sessions).toEqual([]);
  });

  test('a block stays when the change has gone again, and until it is accepted', () => {
    const { guard, block } = play(['enter', 'a', clean], ['leave', 'a', hooked], ['enter', 'b', clean]);
    expect(block).toMatchObject({ changed: ['hooks/pre-commit'], jobIds: ['a'] });
    const accepted = acceptRepository(guard, clean, at(5));
    expect(enterRepository(accepted, clean, { jobId: 'c', at: at(6) }).block).toBeNull();
    expect(enterRepository(accepted, hooked, { jobId: 'c', at: at(6) }).block).not.toBeNull();
  });

  test('what is accepted while a session runs is no change of that session', () => {
    const { guard } = play(['enter', 'a', clean], ['enter', 'b', hooked]);
    const accepted = acceptRepository(guard, hooked, at(3));
    expect(accepted.sessions).toMatchObject([{ jobId: 'a' }]);
    expect(leaveRepository(accepted, hooked, { jobId: 'a', at: at(4) })).toMatchObject({
      report: { changed: [] },
      guard: { block: null, sessions: [] },
    });
  });

  test('an attempt that is repeated enters once, and one that came to nothing is withdrawn', () => {
    const { guard } = play(['enter', 'a', clean], ['enter', 'a', clean]);
    expect(guard.sessions).toEqual([{ jobId: 'a', since: at(1) }]);
    expect(withdrawFrom(guard, 'a').sessions).toEqual([]);
  });

  test('branches are told against what they were before those who are still at work, and never block', () => {
    const moved = state({}, { main: 'b' });
    const { report } = play(['enter', 'a', clean], ['enter', 'b', moved], ['leave', 'a', moved], ['leave', 'b', moved]);
    expect(report).toMatchObject({ changed: [], branches: ['main'] });
    expect(play(['enter', 'a', clean], ['leave', 'a', moved], ['enter', 'b', moved])).toMatchObject({
      block: null,
      guard: { known: { branches: { main: 'b' } } },
    });
  });

  test('a session of which nothing was ever heard again is forgotten', () => {
    const { guard } = play(['enter', 'lost', clean]);
    const later = new Date(Date.parse(at(0)) + 15 * 86_400_000).toISOString();
    expect(enterRepository(guard, clean, { jobId: 'b', at: later }).guard.sessions).toEqual([
      { jobId: 'b', since: later },
    ]);
  });
});
