import { describe, expect, test } from 'vitest';
import { Narrator } from '../../../infra/local/narrator.ts';
import { sampleCollected, sampleExecution, sampleRef } from '../../support/fakes/samples.ts';
import { walk } from '../../support/workflow.ts';
import { lambdaError, running, settled } from '../../support/workflow-functions.ts';

const left = (name: string, output: unknown) => ({
  type: 'TaskStateExited',
  stateExitedEventDetails: { name, output: JSON.stringify(output) },
});
const ref = sampleRef();
const checking = { state: 'running', activity: 'checking 1 of 2: lint', checks: null };
const newNarrator = () => new Narrator({ link: (text, url) => `${text}\n${url}` });

describe('a history event', () => {
  const events: [what: string, event: unknown, line: string | undefined][] = [
    [
      'start',
      { type: 'ExecutionStarted', executionStartedEventDetails: { input: JSON.stringify(sampleExecution()) } },
      'execution started "Checkout error rate above 5 %" (critical), rule "Fix checkout" version 3',
    ],
    [
      'start of a relay run',
      {
        type: 'ExecutionStarted',
        executionStartedEventDetails: {
          input: JSON.stringify({
            runId: 'run_1',
            alert: sampleExecution().alert,
            relay: { id: 'rly_1', name: 'Production', repeatPolicy: 'none' },
            startedBy: sampleExecution().startedBy,
            rounds: 1,
            repeatAfterSeconds: 300,
            groups: [],
            receivedAt: '2027-03-01T12:00:00.000Z',
          }),
        },
      },
      'relay run started "Checkout error rate above 5 %", relay "Production"',
    ],
    [
      'start of another machine',
      { type: 'ExecutionStarted', executionStartedEventDetails: { input: '{}' } },
      'execution started',
    ],
    ['session', left('Create session', ref), `session created   ses_1\n${ref.url}\nin                ${ref.directory}`],
    ['prompt', left('Send prompt', { messageId: 'msg_1' }), 'prompt sent'],
    ['poll', left('Poll session', running), 'poll 1            working'],
    ['start of checks', left('Start checks', checking), 'checks            checking 1 of 2: lint'],
    ['look at checks', left('Look at checks', checking), 'checks            checking 1 of 2: lint'],
    ['caught look', left('Look at checks', { Error: 'ServerUnreachable', Cause: '{}' }), undefined],
    ['abort', left('Abort session', { status: 'stopped' }), 'session aborted'],
    [
      'result',
      left('Collect result', sampleCollected({ outcome: 'diff_ready', cause: '1 file changed.' })),
      'outcome           diff_ready: 1 file changed.',
    ],
    [
      'outcome without a result',
      left('Record outcome', sampleCollected({ outcome: 'server_unreachable', cause: 'No answer.' })),
      'outcome           server_unreachable: No answer.',
    ],
    [
      'failed attempt',
      { type: 'TaskFailed', taskFailedEventDetails: { error: 'ServerUnreachable', cause: '{"errorMessage":"m"}' } },
      'attempt failed    ServerUnreachable',
    ],
    [
      'red end',
      { type: 'ExecutionFailed', executionFailedEventDetails: { error: 'blocked', cause: 'Asks.' } },
      'execution failed  blocked',
    ],
    [
      'stop',
      { type: 'ExecutionAborted', executionAbortedEventDetails: { error: 'Operator' } },
      'execution stopped Operator',
    ],
    ['stop without a reason', { type: 'ExecutionAborted', executionAbortedEventDetails: {} }, 'execution stopped '],
    [
      'time-out',
      { type: 'ExecutionTimedOut', executionTimedOutEventDetails: { error: 'States.Timeout' } },
      'execution stopped States.Timeout',
    ],
    ['wait', left('Wait for poll interval', {}), undefined],
    ['choice', left('Session ended?', running), undefined],
    ['event', left('Publish outcome', {}), undefined],
    ['entered state', { type: 'TaskStateEntered', stateEnteredEventDetails: { name: 'Poll session' } }, undefined],
    ['green end', { type: 'ExecutionSucceeded', executionSucceededEventDetails: { output: '{}' } }, undefined],
    // A state whose error was caught leaves with the error as its output.
    ['caught session', left('Create session', { Error: 'ServerUnreachable', Cause: '{}' }), undefined],
    ['caught poll', left('Poll session', { Error: 'SessionLost', Cause: '{}' }), undefined],
    ['caught result', left('Collect result', { Error: 'ServerUnreachable', Cause: '{}' }), undefined],
    [
      'poll without an output',
      { type: 'TaskStateExited', stateExitedEventDetails: { name: 'Poll session' } },
      undefined,
    ],
  ];
  test.each(events)('%s', (_, event, line) => {
    expect(newNarrator().lineFor('job_1', event)?.text).toBe(line);
  });
});

test('polls are counted for each execution by itself', () => {
  const narrator = newNarrator();
  const poll = (name: string) => narrator.lineFor(name, left('Poll session', running))?.text;
  expect(['job_1', 'job_1', 'job_2', 'job_1'].map(poll)).toEqual(
    [1, 2, 1, 3].map((count) => `poll ${count}            working`),
  );
});

describe('the story of an execution', () => {
  const storyOf = (events: unknown[]) => {
    const narrator = newNarrator();
    return events.flatMap((event) => narrator.lineFor('job_1', event)?.text.split('\n')[0] ?? []);
  };

  test('that goes well', async () => {
    expect(storyOf((await walk()).events)).toEqual([
      'execution started "Checkout totals are wrong" (critical), rule "fix it" version 1',
      'session created   ses_1',
      'prompt sent',
      'poll 1            working',
      'poll 2            working',
      'poll 3            completed',
      'outcome           diff_ready: The agent finished.',
    ]);
  });

  test('that fails at once', async () => {
    const refuse = () => {
      throw lambdaError('CredentialsRejected', 'Compare the password.');
    };
    expect(storyOf((await walk({ script: { 'Create session': refuse } })).events).slice(1)).toEqual([
      'attempt failed    CredentialsRejected',
      'outcome           credentials_rejected: Compare the password.',
      'execution failed  credentials_rejected',
    ]);
  });

  test('that is aborted before it is collected', async () => {
    const blocked = { ...settled, active: true, ending: { outcome: 'blocked', cause: 'Asks.' }, activity: 'blocked' };
    expect(storyOf((await walk({ script: { 'Poll session': () => blocked } })).events).slice(3)).toEqual([
      'poll 1            blocked',
      'session aborted',
      'outcome           blocked: Asks.',
      'execution failed  blocked',
    ]);
  });
});
