import { Duration } from 'aws-cdk-lib';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { Choice, Pass, TaskInput, type TaskStateBase, Timeout, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { EventBridgePutEvents } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { eventSource, sessionFinished } from '../../functions/contract/events.ts';
import { collectedSchema, freshPollMemory } from '../../functions/contract/execution.ts';
import { limits } from '../../functions/contract/limits.ts';
import { outcomes } from '../../functions/contract/outcomes.ts';
import { cancelled, endingOf, outcomeNotPublished } from './endings.ts';
import { expressions, traceparentOfInput } from './expressions.ts';
import { retryPolicies } from './retry-policies.ts';
import { type TaskFunction, task } from './task.ts';
import { noTrouble } from './trouble.ts';
import { createVerifyStates } from './verify-states.ts';

export interface WorkflowProps {
  createSession: TaskFunction;
  sendPrompt: TaskFunction;
  pollSession: TaskFunction;
  abortSession: TaskFunction;
  collectResult: TaskFunction;
  verifyPatch: TaskFunction;
  sendFindings: TaskFunction;
  bus: EventBus;
  /** Of the management API, with its `/v0`. */
  apiUrl: string;
}

const PUT_EVENTS_SECONDS = 15;

const { serverUnreachable, serverUnreachableWhileCollecting, poll } = retryPolicies;

/** Every state of the workflow, not joined yet: `definition.ts` does that. Their comments are for the operator. */
export function createStates(scope: Construct, props: WorkflowProps) {
  return {
    begin: Pass.jsonata(scope, 'Begin', {
      comment: 'The variables of the session. "attempt" counts the polls; "trouble" says what is waited out.',
      assign: {
        session: null,
        attempt: 0,
        memory: freshPollMemory,
        ending: null,
        checks: null,
        looks: 0,
        ...noTrouble,
      },
    }),

    createSession: task(scope, 'Create session', {
      comment: 'Checks server, password, model, agent and directory, then makes the workspace and the session, once.',
      calls: props.createSession,
      payload: { startedAt: expressions.executionStartedAt },
      assign: { session: expressions.payload },
      retries: [serverUnreachable],
    }),

    waitForSlot: Wait.jsonata(scope, 'Wait for a free slot', {
      comment:
        'Too many sessions at once, or starts are paused. The variable "waiting" says which; then it asks again.',
      time: WaitTime.duration(Duration.seconds(limits.placeWaitSeconds)),
    }),

    sendPrompt: task(scope, 'Send prompt', {
      comment: 'Gives the agent its task. Repeating it is the same prompt.',
      calls: props.sendPrompt,
      payload: { session: expressions.session },
      retries: [serverUnreachable],
    }),

    waitForPollInterval: Wait.jsonata(scope, 'Wait for poll interval', {
      comment: 'As long as the rule says, growing where it says so. The variable "attempt" counts the polls.',
      time: WaitTime.seconds(expressions.waitSeconds),
      assign: { attempt: expressions.nextAttempt },
    }),

    pollSession: task(scope, 'Poll session', {
      comment: 'One look at the session. "activity" says what the agent is doing; trouble that may pass is remembered.',
      calls: props.pollSession,
      payload: {
        session: expressions.session,
        attempt: expressions.attempt,
        at: expressions.stateEnteredAt,
        memory: expressions.memory,
      },
      assign: {
        memory: expressions.payloadField('memory'),
        ending: expressions.payloadField('ending'),
      },
      retries: [poll],
    }),

    sessionEnded: Choice.jsonata(scope, 'Session ended?', {
      comment: 'Running with attempts left, or not seen for trouble of ours: wait again. Else collect; abort first.',
    }),

    ...createVerifyStates(scope, props),

    abortSession: task(scope, 'Abort session', {
      comment: 'Aborts until the server says it is over. What the agent changed so far is collected all the same.',
      calls: props.abortSession,
      payload: { session: expressions.session },
    }),

    collectResult: task(scope, 'Collect result', {
      comment: 'Patch, answer, tokens and cost go to the results bucket; the workspace is cleaned up.',
      ...collecting(props),
      retries: [serverUnreachableWhileCollecting],
    }),

    recordOutcome: task(scope, 'Record outcome', {
      comment: 'Nothing more to collect: stores the outcome, and of the result only what can still be read.',
      ...collecting(props),
    }),

    publishOutcome: publishOutcome(scope, props),
    outcomeNotPublished: outcomeNotPublished(scope),

    outcome: Choice.jsonata(scope, 'Outcome?', { comment: 'One ending per outcome.' }),
    endings: outcomes
      .filter((outcome) => outcome !== 'cancelled' && outcome !== 'relay_failed')
      .map((outcome) => ({ outcome, state: endingOf(scope, outcome) })),
    relayFailed: endingOf(scope, 'relay_failed'),
    cancelled: cancelled(scope),
  };
}

/** Both collecting states call one function: the ending it is given says how strict it is. */
const collecting = ({ collectResult }: WorkflowProps) => ({
  calls: collectResult,
  payload: {
    session: expressions.session,
    ending: expressions.ending,
    polls: expressions.attempt,
    checks: expressions.checks,
  },
  assign: { collected: expressions.payload },
});

function publishOutcome(scope: Construct, { bus, apiUrl }: WorkflowProps): TaskStateBase {
  const fromCollected = Object.entries(collectedSchema.shape).map(([field, schema]) => {
    const isOptional = schema.safeParse(undefined).success;
    return [field, isOptional ? expressions.optionalField(field) : expressions.collectedField(field)];
  });
  return EventBridgePutEvents.jsonata(scope, 'Publish outcome', {
    comment: 'Tells the event bus: ids, outcome, cost and where the result lies.',
    entries: [
      {
        eventBus: bus,
        source: eventSource,
        detailType: sessionFinished,
        detail: TaskInput.fromObject({
          jobId: expressions.inputField('jobId'),
          executionArn: expressions.executionArn,
          alert: expressions.inputField('alert'),
          relay: expressions.inputField('relay'),
          rule: expressions.inputField('rule'),
          catalogue: expressions.optionalInput('catalogue'),
          traceparent: traceparentOfInput,
          reportUrl: expressions.reportUrl(apiUrl),
          ...Object.fromEntries(fromCollected),
        }),
      },
    ],
    taskTimeout: Timeout.duration(Duration.seconds(PUT_EVENTS_SECONDS)),
  });
}
