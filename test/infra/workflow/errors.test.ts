import { describe, expect, it } from 'vitest';
import { sessionCancelled, slotNotFree } from '../../../functions/contract/error-names.ts';
import { taskInputs } from '../../../functions/contract/execution.ts';
import { endings } from '../../../functions/contract/outcomes.ts';
import { StatesError } from '../../../infra/local/states/errors.ts';
import { definition, type Script, walk } from '../../support/workflow.ts';
import { session } from '../../support/workflow-functions.ts';
import { fail, namesOf, outcomeByError, sampleOf, states, wayTo } from './ways.ts';

const collectInput = taskInputs.collectResult;

const retriers = states.flatMap(([state, { Retry }]) =>
  Retry.flatMap((retrier) => retrier.ErrorEquals.map((pattern) => ({ state, pattern, retrier }))),
);

describe('retries', () => {
  it.each(retriers)('$state repeats after $pattern, and all goes well', async ({ state, pattern }) => {
    const way = wayTo(state);
    const undisturbed = await walk({ script: way });
    const error = sampleOf(pattern);
    const script: Script = { ...way, [state]: ({ attempt }) => (attempt === 1 ? fail(error)() : undefined) };
    const walked = await walk({ script });
    expect(walked.path).toEqual(undisturbed.path);
    expect(walked.calls.length).toBe(undisturbed.calls.length + 1);
    expect(walked.published.map(({ outcome }) => outcome)).toEqual(undisturbed.published.map(({ outcome }) => outcome));
  });

  it.each(retriers)(
    '$state gives up after $retrier.MaxAttempts repeats for $pattern',
    async ({ state, pattern, retrier }) => {
      const error = sampleOf(pattern);
      // A session has one poll: after the repeats it is over, not made anew a little later.
      const poll = { seconds: 30, maxAttempts: 1 };
      const walked = await walk({ poll, script: { ...wayTo(state), [state]: fail(error) } });
      const [first, ...more] = walked.callsOf(state);
      expect(more).toHaveLength(retrier.MaxAttempts);
      const lastAt = more.at(-1)?.at ?? 0;
      const { waits, timeouts } = longestDelay(retrier, error, definition.States[state]?.TimeoutSeconds ?? 0);
      const took = lastAt - (first?.at ?? 0);
      expect(took).toBeLessThanOrEqual(waits + timeouts);
      if (retrier.JitterStrategy !== 'FULL') expect(took).toBe(waits + timeouts);
    },
  );
});

/** Milliseconds from the first attempt to the last. */
function longestDelay(
  { IntervalSeconds, BackoffRate, MaxAttempts }: (typeof retriers)[number]['retrier'],
  error: string,
  timeoutSeconds: number,
): { waits: number; timeouts: number } {
  const delays = Array.from({ length: MaxAttempts }, (_, used) => IntervalSeconds * BackoffRate ** used);
  const waits = delays.reduce((sum, seconds) => sum + seconds, 0) * 1_000;
  return { waits, timeouts: error === 'States.Timeout' ? MaxAttempts * timeoutSeconds * 1_000 : 0 };
}

const catchers = states
  .flatMap(([state, { Catch }]) =>
    Catch.flatMap(({ ErrorEquals, Next }) => ErrorEquals.map((pattern) => ({ state, pattern, next: Next }))),
  )
  // No endings: the session waits and tries again. `trouble.test.ts` goes through States.ALL.
  .filter(({ pattern }) => pattern !== slotNotFree && pattern !== 'States.ALL');

describe('catches', () => {
  it('every task catches everything', () => {
    for (const name of namesOf('Task')) {
      expect(definition.States[name]?.Catch.at(-1)?.ErrorEquals, name).toEqual(['States.ALL']);
    }
  });

  it.each(catchers)('$state leads to $next after $pattern', async ({ state, pattern, next }) => {
    const error = sampleOf(pattern);
    expect(next).toBe(afterError(state, error));
    const walked = await walk({ script: { ...wayTo(state), [state]: fail(error) } });
    expect(walked.path[walked.path.lastIndexOf(state) + 1]).toBe(next);
    expect(walked.ending?.status).toBe(withoutVerdict.includes(state) ? 'SUCCEEDED' : 'FAILED');
    const outcome = outcomeByError[error];
    if (withoutVerdict.includes(state)) {
      expect(walked.published).toMatchObject([{ outcome: 'diff_ready', checks: null }]);
      return;
    }
    if (outcome === undefined || outcome === 'cancelled') {
      expect(walked.ending).toMatchObject({ error: 'cancelled', cause: `message of ${error}` });
      expect(walked.published).toEqual([]);
      return;
    }
    expect(walked.published).toMatchObject([{ outcome, cause: expect.stringContaining(`message of ${error}`) }]);
    expect(walked.path.at(-1)).toBe(endings[outcome]);
  });

  it.each(['Create session', 'Send prompt', 'Poll session'])(
    'the error of %s is what the result is collected with',
    async (state) => {
      const walked = await walk({ script: { [state]: fail('CredentialsRejected') } });
      const collecting = state === 'Create session' ? 'Record outcome' : 'Collect result';
      expect(collectInput.parse(walked.callsOf(collecting)[0]?.input)).toMatchObject({
        ending: { outcome: 'credentials_rejected', cause: 'message of CredentialsRejected' },
        session: state === 'Create session' ? null : session,
        polls: state === 'Poll session' ? 1 : 0,
      });
    },
  );

  it('an error whose cause is no JSON of Lambda ends as relay_failed, and its text stays out of the event', async () => {
    const script: Script = {
      'Poll session': () => {
        throw new StatesError('Lambda.Unknown', 'The cause could not be determined: s3cret');
      },
    };
    const walked = await walk({ script });
    expect(walked.published).toMatchObject([
      { outcome: 'relay_failed', cause: expect.stringContaining('Poll session') },
    ]);
    expect(JSON.stringify(walked.published)).not.toContain('s3cret');
  });
});

/** What is kept is worth as much where a check cannot be run. */
const withoutVerdict = ['Start checks', 'Look at checks'];

/** A session that may be at work is aborted; every outcome but one that was published before is published. */
function afterError(state: string, error: string): string | undefined {
  if (error === sessionCancelled) return 'Cancelled';
  const next: Record<string, string> = {
    'Create session': 'Record outcome',
    'Send prompt': 'Abort session',
    'Poll session': 'Abort session',
    'Collect result': 'Record outcome',
    'Keep result': 'Record outcome',
    'Start checks': 'Collect result',
    'Look at checks': 'Collect result',
    'Send findings': 'Abort session',
  };
  return next[state];
}
