import { describe, expect, test } from 'vitest';
import { byImportance, namedCause, rootCauseOf } from '../../../functions/domain/storm/storm-cause.ts';

const ids = new Set(['alr_1', 'alr_2f']);

describe('the line that names the cause', () => {
  test.each([
    'ROOT CAUSE: alr_2f',
    'ROOT CAUSE: alr_2f\nThe disk is full.',
    '**ROOT CAUSE: alr_2f**',
    '**ROOT CAUSE:** `alr_2f`',
    '# Root cause: <alr_2f>',
    'Here it is.\n\n- ROOT CAUSE : alr_2f, since the disk is full',
  ])('%j', (answer) => expect(namedCause(answer, ids)).toBe('alr_2f'));

  test.each([
    ['', 'nothing'],
    ['The root cause is alr_2f.', 'no line of its own'],
    ['ROOT CAUSE: alr_3', 'no alert of the storm'],
    ['ROOT CAUSE:', 'no alert'],
    [`${'x'.repeat(4_000)}\nROOT CAUSE: alr_2f`, 'far down, where others may be quoted'],
  ])('%j names none', (answer) => expect(namedCause(answer, ids)).toBeUndefined());
});

describe('the cause of a storm', () => {
  const base = { ending: 'no_changes', alertIds: ids, fallback: 'alr_1' };
  test('as the agent names it', () =>
    expect(rootCauseOf({ ...base, answer: 'ROOT CAUSE: alr_2f' })).toMatchObject({ alertId: 'alr_2f', by: 'agent' }));
  test('the fallback, where the answer names none', () =>
    expect(rootCauseOf({ ...base, answer: 'No idea.' })).toEqual({
      alertId: 'alr_1',
      by: 'fallback',
      sentence:
        'The answer names no alert of the storm: alr_1 stands for the cause, by highest severity, then earliest.',
    }));
  test('the fallback, where there is no answer', () =>
    expect(rootCauseOf({ ...base, answer: null, ending: 'session_lost' })).toMatchObject({
      by: 'fallback',
      sentence: expect.stringContaining('(session_lost)'),
    }));
});

test('the most severe alert comes first, then the earliest', () => {
  const alert = (id: string, severity: 'critical' | 'high' | 'info', second: number) => ({
    ...{ id, severity, createdAt: `2027-03-01T12:00:0${second}.000Z` },
  });
  const members = [alert('a', 'info', 0), alert('b', 'high', 2), alert('c', 'critical', 3), alert('d', 'high', 1)];
  expect(byImportance(members).map(({ id }) => id)).toEqual(['c', 'd', 'b', 'a']);
});
