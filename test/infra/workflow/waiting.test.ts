import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type PollResult, taskInputs } from '../../../functions/contract/execution.ts';
import { limits } from '../../../functions/contract/limits.ts';
import { endings } from '../../../functions/contract/outcomes.ts';
import { definition, type Script, walk } from '../../support/workflow.ts';
import { lambdaError, running, settled } from '../../support/workflow-functions.ts';

const collectInput = taskInputs.collectResult;
const WAIT = 'Wait for a free slot';

/** Not yet, so many times. */
const waits = (times: number): Script => ({
  'Create session': ({ attempt }) => {
    if (attempt <= times) throw lambdaError('SlotNotFree', `The session waits: it is number ${attempt}.`);
    return undefined;
  },
});

describe('a session that has to wait for its place', () => {
  it('asks every 20 s and then goes its way', async () => {
    const walked = await walk({ script: waits(3) });
    const turn = ['Create session', WAIT];
    expect(walked.path.slice(0, 9)).toEqual(['Begin', ...turn, ...turn, ...turn, 'Create session', 'Send prompt']);
    expect(walked.callsOf('Create session').map(({ at }) => at)).toEqual([0, 20_000, 40_000, 60_000]);
    expect(walked.published).toMatchObject([{ outcome: 'diff_ready', polls: 3 }]);
  });

  it('has no state and no transition of it where it need not wait', async () => {
    const [straight, once] = await Promise.all([walk(), walk({ script: waits(1) })]);
    expect(straight.path).not.toContain(WAIT);
    expect(once.path.length - straight.path.length).toBe(2);
  });

  it('tells each try when the execution was started, which is when the wait began', async () => {
    const walked = await walk({ script: waits(2) });
    const inputs = walked.callsOf('Create session').map(({ input }) => taskInputs.createSession.parse(input));
    expect(new Set(inputs.map(({ startedAt }) => startedAt)).size).toBe(1);
  });

  it('shows in the console what it waits for', async () => {
    const { details } = await walk({ script: waits(2) });
    const exits = z
      .array(z.object({ assignedVariables: z.record(z.string(), z.string()).optional() }))
      .parse(details('stateExitedEventDetails'));
    expect(exits.flatMap(({ assignedVariables }) => assignedVariables?.waiting ?? [])).toEqual([
      '"The session waits: it is number 1."',
      '"The session waits: it is number 2."',
    ]);
  });

  it('ends red as queue_expired when it has waited too long, without a session', async () => {
    const script: Script = {
      'Create session': ({ attempt }) => {
        throw attempt <= 3
          ? lambdaError('SlotNotFree', 'The session waits.')
          : lambdaError('QueueExpired', 'The session waited for 6 hours.');
      },
    };
    const walked = await walk({ script });
    expect(walked.path.slice(-4)).toEqual(['Record outcome', 'Publish outcome', 'Outcome?', endings.queue_expired]);
    expect(walked.ending).toMatchObject({ status: 'FAILED', error: 'queue_expired' });
    expect(collectInput.parse(walked.callsOf('Record outcome')[0]?.input)).toMatchObject({ session: null, polls: 0 });
    expect(walked.published).toMatchObject([{ outcome: 'queue_expired', cause: 'The session waited for 6 hours.' }]);
  });
});

describe('the longest wait before the longest session', () => {
  const times = limits.longestWaitSeconds / limits.placeWaitSeconds;

  it('fits into the history of an execution, also if each call is retried once', async () => {
    const script: Script = { ...waits(times), 'Poll session': () => running };
    const { events, took } = await walk({ script, poll: { seconds: 1, maxAttempts: limits.maxPollAttempts.max } });
    // Scheduled, Started, Failed.
    const retries = 3 * (times + limits.maxPollAttempts.max);
    expect(events.length + retries).toBeLessThan(25_000);
    expect(took).toBe((limits.longestWaitSeconds + limits.maxPollAttempts.max) * 1_000);
  });

  it('fits into the time-out of the machine', () => {
    const polling = (limits.maxPollAttempts.max * limits.pollIntervalMs.max) / 1_000;
    expect(definition.TimeoutSeconds).toBeGreaterThan(limits.longestWaitSeconds + polling);
  });
});

describe('a session that passes one of its limits', () => {
  it('is aborted, its partial result is collected, and it ends red as budget_exceeded', async () => {
    const ending = { outcome: 'budget_exceeded', cause: 'The session was stopped at a limit of its rule.' } as const;
    const exceeded: PollResult = { ...settled, activity: 'budget_exceeded', active: true, ending };
    const walked = await walk({ script: { 'Poll session': ({ attempt }) => (attempt < 2 ? running : exceeded) } });
    expect(walked.path.slice(-5)).toEqual([
      'Abort session',
      'Collect result',
      'Publish outcome',
      'Outcome?',
      endings.budget_exceeded,
    ]);
    expect(collectInput.parse(walked.callsOf('Collect result')[0]?.input)).toMatchObject({ ending, polls: 2 });
    expect(walked.ending).toMatchObject({ status: 'FAILED', error: 'budget_exceeded' });
  });
});
