import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { collectedSchema, type Ending, taskInputs } from '../../../functions/contract/execution.ts';
import { limits } from '../../../functions/contract/limits.ts';
import { endings, greenOutcomes } from '../../../functions/contract/outcomes.ts';
import { waitsBetween } from '../../../functions/domain/job/poll-wait.ts';
import { definition, type Script, type Walked, walk } from '../../support/workflow.ts';
import { collect, executionInput, running, session, settled } from '../../support/workflow-functions.ts';
import { fail, namesOf } from './ways.ts';

const collectInput = taskInputs.collectResult;
const collectedOf = (walked: Walked) => collectedSchema.parse(JSON.parse(walked.ending?.output ?? 'null'));

describe('a session that goes well', () => {
  it('settles on poll 3', async () => {
    const walked = await walk({ poll: { seconds: 30, maxAttempts: 120 } });
    const turn = ['Wait for poll interval', 'Poll session', 'Session ended?'];
    expect(walked.path).toEqual([
      'Begin',
      'Create session',
      'Send prompt',
      ...turn,
      ...turn,
      ...turn,
      'Collect result',
      'Publish outcome',
      'Outcome?',
      'Diff ready',
    ]);
    expect(walked.callsOf('Poll session').map(({ at }) => at)).toEqual([30_000, 60_000, 90_000]);
    expect(walked.took).toBe(90_000);
  });

  it('has what was collected as its output and in its event', async () => {
    const walked = await walk();
    expect(walked.ending?.status).toBe('SUCCEEDED');
    const collected = collectedOf(walked);
    expect(collected).toMatchObject({ outcome: 'diff_ready', polls: 3, session: { id: session.id } });
    const { jobId, alert, relay, rule } = executionInput({ seconds: 30, maxAttempts: 120 });
    const executionArn = 'arn:aws:states:eu-central-1:1:execution:m:job_1';
    const reportUrl = `https://api.test/v0/agents/jobs/${jobId}/report`;
    expect(walked.published).toEqual([
      {
        jobId,
        executionArn,
        alert,
        relay,
        rule,
        catalogue: null,
        traceparent: null,
        reportUrl,
        agentVerdict: null,
        ...collected,
      },
    ]);
  });

  it('has the trace of its delivery in its event', async () => {
    const input = executionInput({ seconds: 30, maxAttempts: 120 });
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const walked = await walk({ input: { ...input, startedBy: { ...input.startedBy, traceparent } } });
    expect(walked.published).toMatchObject([{ traceparent }]);
  });

  it('has the entry of the catalogue in its event, by which it was started', async () => {
    const catalogue = { version: 3, entry: 'checkout', repository: 'shop/checkout', channel: '#checkout' };
    const walked = await walk({ input: { ...executionInput({ seconds: 30, maxAttempts: 120 }), catalogue } });
    expect(walked.published).toMatchObject([{ catalogue }]);
  });

  it('tells each poll its number, its time and what the last one remembered', async () => {
    const memory = {
      suspectSince: '2026-01-01T00:00:30.000Z',
      resent: true,
      unreachableSince: null,
      unreachablePolls: 0,
    };
    const walked = await walk({
      script: { 'Poll session': ({ attempt }) => (attempt === 1 ? { ...running, memory } : settled) },
    });
    const polls = walked.callsOf('Poll session').map(({ input }) => taskInputs.pollSession.parse(input));
    expect(polls).toMatchObject([
      { attempt: 1, at: '2026-01-01T00:00:30.000Z', session, memory: running.memory },
      { attempt: 2, at: '2026-01-01T00:01:00.000Z', session, memory },
    ]);
  });

  it('aborts a session that is settled but may still be at work, before collecting', async () => {
    const ending: Ending = { outcome: 'blocked', cause: 'Asks for permission.' };
    const walked = await walk({ script: { 'Poll session': () => ({ ...settled, active: true, ending }) } });
    expect(walked.path.slice(-5)).toEqual([
      'Abort session',
      'Collect result',
      'Publish outcome',
      'Outcome?',
      endings.blocked,
    ]);
    expect(collectInput.parse(walked.callsOf('Collect result')[0]?.input)).toMatchObject({ ending, polls: 1 });
  });
});

describe('polling', () => {
  const stillRunning: Script = { 'Poll session': () => running };

  it.each([
    [1, 1],
    [5, 7],
    [15, 200],
    [300, limits.maxPollAttempts.max],
  ])('every %i s, exactly %i times, then abort and attempts_exhausted', async (seconds, maxAttempts) => {
    const walked = await walk({ script: stillRunning, poll: { seconds, maxAttempts } });
    const times = walked.callsOf('Poll session').map(({ at }) => at);
    expect(times).toEqual(Array.from({ length: maxAttempts }, (_, index) => (index + 1) * seconds * 1_000));
    expect(walked.path.slice(-5)).toEqual([
      'Abort session',
      'Collect result',
      'Publish outcome',
      'Outcome?',
      endings.attempts_exhausted,
    ]);
    expect(walked.ending).toMatchObject({ status: 'FAILED', error: 'attempts_exhausted' });
    expect(walked.ending?.cause).toContain(`Still running after ${maxAttempts} polls, ${seconds} s apart.`);
    expect(walked.published).toMatchObject([{ outcome: 'attempts_exhausted', polls: maxAttempts }]);
    expect(walked.took).toBe(maxAttempts * seconds * 1_000);
    // Step Functions ends an execution with more.
    expect(walked.events.length).toBeLessThan(25_000);
  });

  it('growing: by half each time, up to the most that the rule allows, as the relay reckons it', async () => {
    const growing = (seconds: number, mostSeconds: number, maxAttempts: number) =>
      walk({ script: stillRunning, poll: { seconds, mostSeconds, maxAttempts } });
    const walked = await growing(15, 60, 12);
    const waits = [15, 23, 34, 51, ...Array.from({ length: 8 }, () => 60)];
    let seconds = 0;
    expect(walked.callsOf('Poll session').map(({ at }) => at / 1_000)).toEqual(
      waits.map((wait) => {
        seconds += wait;
        return seconds;
      }),
    );
    // Ten minutes are 12 polls, which 40 would be otherwise.
    expect(seconds).toBe(603);
    expect(walked.ending?.cause).toContain('Still running after 12 polls, 15 to 60 s apart.');
    for (const [first, most] of [
      [1, 300],
      [7, 7],
      [299, 300],
    ] as const) {
      const { took } = await growing(first, most, 40);
      expect(took).toBe(waitsBetween(0, 40, { waitSeconds: first, maxWaitSeconds: most }) * 1_000);
    }
  });

  it('a poll is 9 events and 3 transitions; the longest execution stays under 25,000 events', async () => {
    const [shorter, longer] = await Promise.all([
      walk({ script: stillRunning, poll: { seconds: 1, maxAttempts: 10 } }),
      walk({ script: stillRunning, poll: { seconds: 1, maxAttempts: 11 } }),
    ]);
    expect(longer.events.length - shorter.events.length).toBe(9);
    expect(longer.path.length - shorter.path.length).toBe(3);
    expect(shorter.events.length + (limits.maxPollAttempts.max - 10) * 9).toBeLessThan(9_100);
  });

  it('the time-out of the machine leaves room for the longest session', () => {
    const longest = (limits.maxPollAttempts.max * limits.pollIntervalMs.max) / 1_000;
    expect(definition.TimeoutSeconds).toBeGreaterThan(longest);
  });
});

describe('endings', () => {
  it.each(Object.entries(endings))('%s ends in "%s"', async (outcome, state) => {
    const script: Script = {
      'Collect result': ({ input }) => ({ ...collect(collectInput.parse(input)), outcome, cause: `why ${outcome}` }),
    };
    const walked = await walk({ script });
    expect(walked.path.at(-1)).toBe(state);
    expect(walked.published).toMatchObject([{ outcome }]);
    if (greenOutcomes.some((green) => green === outcome)) {
      expect(walked.ending?.status).toBe('SUCCEEDED');
      expect(collectedOf(walked).outcome).toBe(outcome);
    } else {
      expect(walked.ending).toEqual({ status: 'FAILED', error: outcome, cause: `why ${outcome}` });
    }
  });

  it('an outcome without an ending of its own ends as relay_failed', async () => {
    const script: Script = {
      'Collect result': ({ input }) => ({ ...collect(collectInput.parse(input)), outcome: 'cancelled' }),
    };
    expect((await walk({ script })).path.at(-1)).toBe(endings.relay_failed);
  });

  it('there is no other', () => {
    expect(namesOf('Succeed', 'Fail').sort()).toEqual(
      [...Object.values(endings), 'Cancelled', 'Outcome not published'].sort(),
    );
  });
});

describe('history', () => {
  it.each([
    ['of a success', {}],
    ['of a failure', { 'Create session': fail('CredentialsRejected') }],
    ['of a fault', { 'Collect result': fail('RelayFailed') }],
  ] satisfies [string, Script][])('%s holds nothing that looks like a secret', async (_, script) => {
    const { events } = await walk({ script });
    expect(JSON.stringify(events)).not.toMatch(/passw|authorization|bearer|api_?key|secret|signature|"token"/i);
  });

  it('shows the attempt on every turn', async () => {
    const { details } = await walk();
    const exits = z
      .array(z.object({ name: z.string(), assignedVariables: z.record(z.string(), z.string()).optional() }))
      .parse(details('stateExitedEventDetails'));
    const turns = exits.filter(({ name }) => name === 'Wait for poll interval');
    expect(turns.map(({ assignedVariables }) => assignedVariables?.attempt)).toEqual(['1', '2', '3']);
  });
});
