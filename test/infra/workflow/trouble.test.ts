import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { taskInputs } from '../../../functions/contract/execution.ts';
import { limits } from '../../../functions/contract/limits.ts';
import { endings } from '../../../functions/contract/outcomes.ts';
import { acrossTable } from '../../support/property-runs.ts';
import { type Script, type Walked, walk } from '../../support/workflow.ts';
import { type Call, lambdaError, running, session, settled } from '../../support/workflow-functions.ts';
import { fail, namesOf, never, wayTo } from './ways.ts';

const HOUR_MS = 3_600_000;
const collectInput = taskInputs.collectResult;
const troubles = [
  ...['RelayFailed', 'Lambda.TooManyRequestsException', 'Lambda.ServiceException', 'Lambda.SdkClientException'],
  ...['Sandbox.Timedout', 'Runtime.ExitError', 'States.TaskFailed', 'States.Timeout', 'SomethingElse'],
];
const tasks = namesOf('Task');
const poll = { seconds: 30, maxAttempts: 1_000 };

/** The error for so long from the first call of any of the states; then as the rest of the script says. */
function troubled(error: string, ms: number, states = tasks, rest: Script = {}): Script {
  const since = new Map<string, number>();
  const during = (call: Call): boolean => {
    const from = since.get(call.state) ?? call.at;
    since.set(call.state, from);
    return call.at <= from + ms;
  };
  const answer = (call: Call, signal: AbortSignal) => (during(call) ? fail(error)() : rest[call.state]?.(call, signal));
  return { ...rest, ...Object.fromEntries(states.map((state) => [state, answer])) };
}

/** What ran to its end, in order: nothing may do so twice. */
const done = ({ calls, path }: Walked) => {
  const failed = path.filter((state) => state === 'Wait for trouble to pass').length;
  return { calls: calls.length, failed };
};
const outcomesOf = ({ published }: Walked) => published.map(({ outcome }) => outcome);

describe('an hour of trouble changes no outcome', () => {
  describe.each(acrossTable(tasks, troubles, { each: 2 }))('in $row', async ({ row: state, columns }) => {
    const way = wayTo(state);
    const undisturbed = await walk({ script: way, poll });

    it.each(columns)('%s', async (error) => {
      const walked = await walk({ script: troubled(error, HOUR_MS, [state], way), poll });
      expect(outcomesOf(walked)).toEqual(outcomesOf(undisturbed));
      expect(walked.ending?.status).toBe(undisturbed.ending?.status);
      expect(walked.callsOf(state).at(-1)?.at).toBeGreaterThan(HOUR_MS);
    });
  });

  it('one after the other in every step', async () => {
    const walked = await walk({ script: troubled('RelayFailed', HOUR_MS), poll });
    expect(outcomesOf(walked)).toEqual(['diff_ready']);
    expect(walked.took).toBeGreaterThan(5 * HOUR_MS);
  });

  it('hours apart is not counted together', async () => {
    const work = 500;
    const hiccup = ({ attempt }: Call) => {
      if (attempt % 90 < 3) throw lambdaError('RelayFailed', 'throttled');
      return attempt < work ? running : settled;
    };
    const walked = await walk({ script: { 'Poll session': hiccup }, poll });
    expect(outcomesOf(walked)).toEqual(['diff_ready']);
    expect(walked.took).toBeGreaterThan(4 * HOUR_MS);
  });
});

describe('a step that meets trouble', () => {
  it('is tried again within 10 s, then later and later, and at least every 5 minutes', async () => {
    const walked = await walk({ script: troubled('RelayFailed', HOUR_MS, ['Send prompt']), poll });
    const times = walked.callsOf('Send prompt').map(({ at }) => at);
    const waits = times.slice(1).map((at, index) => (at - (times[index] ?? 0)) / 1_000);
    for (const [index, seconds] of waits.entries()) {
      const longest = Math.min(10 * 2 ** index, 300);
      expect(seconds).toBeGreaterThanOrEqual(longest / 2);
      expect(seconds).toBeLessThanOrEqual(longest);
    }
  });

  it('shows in the console where, which, and since when', async () => {
    const walked = await walk({ script: troubled('RelayFailed', 1, ['Send prompt']), poll });
    const exits = z
      .array(z.object({ name: z.string(), assignedVariables: z.record(z.string(), z.string()).optional() }))
      .parse(walked.details('stateExitedEventDetails'));
    const shown = exits.filter(({ name }) => name === 'Wait for trouble to pass');
    expect(JSON.parse(shown[0]?.assignedVariables?.trouble ?? '')).toEqual({
      step: 'Send prompt',
      error: 'RelayFailed',
      at: '2026-01-01T00:00:00.000Z',
      since: '2026-01-01T00:00:00.000Z',
      tries: 1,
    });
    const after = exits.findLast(({ name }) => name === 'Send prompt');
    expect(after?.assignedVariables?.trouble).toBe('null');
  });

  it('that never answers costs the time of its task, and no more', async () => {
    const walked = await walk({ script: { 'Send prompt': ({ attempt }) => (attempt === 1 ? never() : undefined) } });
    const [first, second] = walked.callsOf('Send prompt').map(({ at }) => at);
    expect((second ?? 0) - (first ?? 0)).toBeLessThanOrEqual(75_000);
    expect(done(walked).failed).toBe(1);
    expect(outcomesOf(walked)).toEqual(['diff_ready']);
  });
});

describe('a poll that trouble ate', () => {
  const eaten = (polls: number): Script => ({
    'Poll session': (call) => {
      const { attempt } = taskInputs.pollSession.parse(call.input);
      if (attempt <= polls) throw lambdaError('RelayFailed', 'throttled');
      return settled;
    },
  });

  it('is counted, and the next one looks again', async () => {
    const walked = await walk({ script: eaten(3) });
    expect(walked.published).toMatchObject([{ outcome: 'diff_ready', polls: 4 }]);
    const turn = ['Wait for poll interval', 'Poll session', 'Session ended?'];
    expect(walked.path.slice(3, 15)).toEqual([...turn, ...turn, ...turn, ...turn]);
  });

  it('is attempts_exhausted with the partial result where polls end first', async () => {
    const walked = await walk({ script: eaten(5), poll: { seconds: 30, maxAttempts: 5 } });
    expect(walked.path.slice(-5)).toEqual([
      ...['Abort session', 'Collect result', 'Publish outcome', 'Outcome?'],
      endings.attempts_exhausted,
    ]);
    expect(walked.published).toMatchObject([{ outcome: 'attempts_exhausted', polls: 5, session: { id: session.id } }]);
  });

  it('keeps what the poll before it remembered', async () => {
    const memory = { ...running.memory, resent: true };
    const script: Script = {
      'Poll session': ({ attempt }) => {
        if (attempt === 2 || attempt === 3) throw lambdaError('RelayFailed', 'throttled');
        return attempt === 1 ? { ...running, memory } : settled;
      },
    };
    const walked = await walk({ script });
    const inputs = walked.callsOf('Poll session').map(({ input }) => taskInputs.pollSession.parse(input));
    expect(inputs.map(({ attempt, memory: { resent } }) => [attempt, resent])).toEqual([
      [1, false],
      [2, true],
      [2, true],
      [3, true],
    ]);
  });
});

describe('trouble that lasts for longer than an hour', () => {
  const forever = (state: string) => ({ ...wayTo(state), [state]: fail('RelayFailed') });
  const collecting = (walked: Walked, state: string) => collectInput.parse(walked.callsOf(state)[0]?.input);

  it.each([
    ['Create session', 'Record outcome'],
    ['Send prompt', 'Abort session'],
    ['Poll session', 'Abort session'],
    ['Keep result', 'Record outcome'],
    ['Start checks', 'Collect result'],
    ['Send findings', 'Abort session'],
    ['Abort session', 'Collect result'],
    ['Collect result', 'Record outcome'],
    ['Record outcome', 'Publish outcome'],
    ['Publish outcome', 'Outcome not published'],
  ])('in %s leads to %s', async (state, next) => {
    const walked = await walk({ script: forever(state), poll });
    const after = walked.path.slice(walked.path.lastIndexOf(state) + 1);
    expect(after.find((name) => !['Wait for trouble to pass', 'Try again?', 'Session ended?'].includes(name))).toBe(
      next,
    );
    const lastAt = walked.callsOf(state).at(-1)?.at ?? 0;
    const firstAt = walked.callsOf(state)[0]?.at ?? 0;
    expect(lastAt - firstAt).toBeGreaterThan(HOUR_MS);
    expect(lastAt - firstAt).toBeLessThan(HOUR_MS + 310_000);
  });

  it.each(['Create session', 'Send prompt', 'Poll session', 'Collect result'])(
    'in %s ends red as relay_failed, and the partial result is asked for',
    async (state) => {
      const walked = await walk({ script: forever(state), poll });
      expect(walked.ending).toMatchObject({ status: 'FAILED', error: 'relay_failed' });
      expect(walked.published).toMatchObject([
        { outcome: 'relay_failed', cause: expect.stringContaining(`failed in the step ${state} (RelayFailed)`) },
      ]);
      const isRecorded = state === 'Create session' || state === 'Collect result';
      expect(collecting(walked, isRecorded ? 'Record outcome' : 'Collect result')).toMatchObject({
        ending: { outcome: 'relay_failed' },
        session: state === 'Create session' ? null : session,
      });
    },
  );

  it('in Abort session takes nothing from the outcome', async () => {
    expect(outcomesOf(await walk({ script: forever('Abort session'), poll }))).toEqual(['diff_ready']);
  });

  it('in Publish outcome ends as Outcome not published', async () => {
    const walked = await walk({ script: forever('Publish outcome'), poll });
    expect(walked.ending).toMatchObject({ status: 'FAILED', error: 'OutcomeNotPublished' });
  });

  it('in all that collects leaves what is known of the session in the event', async () => {
    const script = { 'Collect result': fail('SomethingElse'), 'Record outcome': fail('SomethingElse') };
    const walked = await walk({ script, poll });
    const { id, url, serverVersion } = session;
    const nothing = { result: null, tokens: null, costUsd: null };
    expect(walked.published).toMatchObject([
      { outcome: 'relay_failed', polls: 3, session: { id, url, serverVersion }, ...nothing },
    ]);
    // Trouble has lasted for an hour by then: no second hour is waited.
    expect(walked.callsOf('Record outcome')).toHaveLength(1);
  });

  it('everywhere ends all the same, within the events of an execution', async () => {
    const walked = await walk({ script: Object.fromEntries(tasks.map((task) => [task, fail('RelayFailed')])), poll });
    expect(walked.ending).toMatchObject({ status: 'FAILED', error: 'OutcomeNotPublished' });
    expect(walked.took).toBeLessThan(1.2 * HOUR_MS);
  });
});

describe('the longest session', () => {
  it('with trouble in every step, and between all waits for its slot, stays below 25,000 events', async () => {
    let waits = 0;
    const createSession = ({ at }: Call) => {
      if (at >= limits.longestWaitSeconds * 1_000) return undefined;
      throw waits++ % 2 === 0 ? lambdaError('SlotNotFree', 'too many') : lambdaError('RelayFailed', 'throttled');
    };
    const polls = new Map<number, number>();
    const eachTwice = ({ input }: Call) => {
      const { attempt } = taskInputs.pollSession.parse(input);
      polls.set(attempt, (polls.get(attempt) ?? 0) + 1);
      if (polls.get(attempt) === 1) throw lambdaError('Lambda.TooManyRequestsException', 'throttled');
      return running;
    };
    const around = ['Send prompt', 'Abort session', 'Collect result', 'Publish outcome'];
    const script = troubled('RelayFailed', HOUR_MS, around, {
      'Create session': createSession,
      'Poll session': eachTwice,
    });
    const walked = await walk({ script, poll: { seconds: 1, maxAttempts: limits.maxPollAttempts.max } });
    expect(outcomesOf(walked)).toEqual(['attempts_exhausted']);
    expect(walked.callsOf('Poll session')).toHaveLength(2 * limits.maxPollAttempts.max);
    expect(walked.events.length).toBeLessThan(25_000);
  }, 60_000);
});
