import { describe, expect, test } from 'vitest';
import { freshPollMemory } from '../../../../functions/contract/execution.ts';
import { judge, type Observation } from '../../../../functions/domain/session/verdict.ts';
import { TaskError } from '../../../../functions/domain/task/errors.ts';
import {
  answer,
  at,
  busy,
  idle,
  judgeAll,
  question,
  remembering,
  seen,
  time,
  toolStep,
  unfinished,
  wordOf,
} from './looks.ts';

const unreachable: Observation = {
  kind: 'trouble',
  error: new TaskError('ServerUnreachable', 'The connection was refused. Check that the server runs.'),
};
const refused: Observation = { kind: 'trouble', error: new TaskError('CredentialsRejected', 'Compare the password.') };
const silent = seen(idle, [question]);

describe('a suspect session', () => {
  const graces: [what: string, look: Observation, seconds: number][] = [
    ['no message', seen(idle, []), 60],
    ['no answer yet', silent, 60],
    ['answer not finished', seen(idle, [question, unfinished()]), 15],
    ['stopped between two steps', seen(idle, [question, toolStep()]), 15],
  ];

  test.each(graces)('%s: waits, sends the prompt again once, waits, is lost', (_, look, grace) => {
    const times = [0, grace - 1, grace, 2 * grace - 1, 2 * grace];
    const verdicts = judgeAll(times.map((seconds) => [seconds, look]));
    const waiting = expect.stringMatching(/^suspect: /);
    expect(verdicts.map(wordOf)).toEqual([waiting, waiting, 'resend', waiting, 'session_lost']);
    expect(verdicts.map(({ resend }) => resend)).toEqual([false, false, true, false, false]);
  });

  test('that is lost may come to life, so it is aborted', () => {
    const memory = remembering({ suspectSince: time(0), resent: true });
    const { active, ending } = judge(silent, memory, at(60)).result;
    expect(active).toBe(true);
    expect(ending?.cause).toContain('never answered (no answer yet), also not when the prompt was sent again');
  });

  test('says when its prompt is sent again, and is given a second grace from then on', () => {
    const { result } = judge(silent, remembering({ suspectSince: time(0) }), at(100));
    expect(result.activity).toBe('suspect: no answer yet, prompt sent again');
    expect(result.memory).toEqual(remembering({ suspectSince: time(100), resent: true }));
  });

  test('that begins to work is given a whole grace when it falls silent again, and no second resend', () => {
    const looks: [number, Observation][] = [
      [0, silent],
      [60, silent],
      [90, seen(busy, [question])],
      [120, silent],
      [179, silent],
      [180, silent],
    ];
    const suspect = 'suspect: no answer yet';
    expect(judgeAll(looks).map(wordOf)).toEqual([suspect, 'resend', 'working', suspect, suspect, 'session_lost']);
  });

  test('that has answered in the meantime is completed', () => {
    const looks: [number, Observation][] = [
      [0, silent],
      [60, silent],
      [119, seen(idle, [question, answer()])],
    ];
    expect(judgeAll(looks).map(wordOf)).toEqual(['suspect: no answer yet', 'resend', 'completed']);
  });

  test('of which nobody could see anything for a while starts its grace anew', () => {
    const looks: [number, Observation][] = [
      [0, silent],
      [30, unreachable],
      [70, silent],
      [129, silent],
      [130, silent],
    ];
    expect(judgeAll(looks).map(wordOf).slice(2)).toEqual([
      'suspect: no answer yet',
      'suspect: no answer yet',
      'resend',
    ]);
  });
});

describe('a server in trouble', () => {
  const failing = (count: number) => `ServerUnreachable: ${count} polls failed`;
  const cases: [what: string, seconds: number[], words: string[]][] = [
    ['twice, long apart', [0, 600], [failing(1), failing(2)]],
    ['many times within two minutes', [0, 40, 80, 119], [1, 2, 3, 4].map(failing)],
    ['three times in two minutes', [0, 60, 120], [failing(1), failing(2), 'server_unreachable']],
    ['three times, far apart', [0, 300, 600], [failing(1), failing(2), 'server_unreachable']],
  ];
  test.each(cases)('%s', (_, seconds, words) => {
    expect(judgeAll(seconds.map((second) => [second, unreachable])).map(wordOf)).toEqual(words);
  });

  test('that answers once in between is counted from the start', () => {
    const looks: [number, Observation][] = [
      [0, unreachable],
      [60, unreachable],
      [90, seen(busy, [question])],
      [120, unreachable],
      [180, unreachable],
      [240, unreachable],
    ];
    const words = judgeAll(looks).map(wordOf);
    expect(words.slice(3)).toEqual([failing(1), failing(2), 'server_unreachable']);
  });

  test.each([
    [refused, 'credentials_rejected', '3 polls in 150 s failed. Compare the password.'],
    [
      unreachable,
      'server_unreachable',
      '3 polls in 150 s failed. The connection was refused. Check that the server runs.',
    ],
  ])('ends by its newest trouble, with what that says (%#)', (newest, outcome, cause) => {
    const [last] = judgeAll([
      [0, unreachable],
      [60, refused],
      [150, newest],
    ]).slice(-1);
    expect(last?.result.ending).toEqual({ outcome, cause });
    // The agent may be at work behind it.
    expect(last?.result.active).toBe(true);
  });

  test('is never sent the prompt again', () => {
    const memory = remembering({ suspectSince: time(0) });
    expect(judge(unreachable, memory, at(600)).resend).toBe(false);
  });

  test('is remembered by its first failure', () => {
    const [, second] = judgeAll(
      [
        [10, unreachable],
        [70, refused],
      ],
      freshPollMemory,
    );
    expect(second?.result.memory).toEqual(remembering({ unreachableSince: time(10), unreachablePolls: 2 }));
  });
});
