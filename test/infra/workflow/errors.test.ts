import { describe, expect, it } from 'vitest';
import { slotNotFree } from '../../../functions/contract/error-names.ts';
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
      const walked = await walk({ script: { ...wayTo(state), [state]: fail(error) } });
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
  // No ending: the session waits and tries again.
  .filter(({ pattern }) => pattern !== slotNotFree);

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
    expect(walked.ending?.status).toBe(state === 'Abort session' ? 'SUCCEEDED' : 'FAILED');
    const { outcome, cause } = expectedEnding(state, error);
    if (state === 'Publish outcome') {
      expect(walked.ending?.error).toBe('OutcomeNotPublished');
      return;
    }
    expect(walked.published).toMatchObject([{ outcome, cause: expect.stringContaining(cause) }]);
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

  it('a fault while collecting leaves what is known of the session in the event', async () => {
    const walked = await walk({ script: { 'Collect result': fail('SomethingElse') } });
    const { id, url, serverVersion } = session;
    const nothing = { result: null, tokens: null, costUsd: null };
    expect(walked.published).toMatchObject([
      { outcome: 'relay_failed', polls: 3, session: { id, url, serverVersion }, ...nothing },
    ]);
  });

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

/** A session that may be at work is aborted; a result that may be there is collected; every outcome is published. */
function afterError(state: string, error: string): string | undefined {
  const next: Record<string, string> = {
    'Create session': 'Record outcome',
    'Send prompt': 'Abort session',
    'Poll session': 'Abort session',
    'Abort session': 'Collect result',
    'Collect result': error in outcomeByError ? 'Record outcome' : 'Publish outcome',
    'Record outcome': 'Publish outcome',
    'Publish outcome': 'Outcome not published',
  };
  return next[state];
}

function expectedEnding(state: string, error: string): { outcome: keyof typeof endings; cause: string } {
  if (state === 'Abort session') return { outcome: 'diff_ready', cause: 'The agent finished.' };
  const outcome = state === 'Record outcome' ? undefined : outcomeByError[error];
  if (outcome === undefined || outcome === 'cancelled')
    return { outcome: 'relay_failed', cause: `step ${state} (${error})` };
  return { outcome, cause: `message of ${error}` };
}
