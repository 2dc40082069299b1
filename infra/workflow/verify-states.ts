import { Choice, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { freshPollMemory } from '../../functions/contract/execution.ts';
import { expressions } from './expressions.ts';
import { retryPolicies } from './retry-policies.ts';
import { type TaskFunction, task } from './task.ts';

interface VerifyProps {
  collectResult: TaskFunction;
  verifyPatch: TaskFunction;
  sendFindings: TaskFunction;
}

const { serverUnreachable, serverUnreachableWhileCollecting } = retryPolicies;

/** The states of a rule that has checks, not joined yet. A session of any other rule comes by none of them. */
export function createVerifyStates(scope: Construct, props: VerifyProps) {
  return {
    keepResult: task(scope, 'Keep result', {
      comment:
        'The agent has finished, and the rule has checks: patch, answer and cost are stored before they are run.',
      calls: props.collectResult,
      payload: {
        session: expressions.session,
        ending: expressions.ending,
        polls: expressions.attempt,
        keep: expressions.yes,
      },
      assign: { checks: null, looks: 0 },
      retries: [serverUnreachableWhileCollecting],
    }),

    startChecks: task(scope, 'Start checks', {
      comment: "The rule's commands begin on the server, in the background, one after another. No model is asked.",
      ...verifying(props),
      retries: [serverUnreachableWhileCollecting],
    }),

    waitForChecks: Wait.jsonata(scope, 'Wait for checks', {
      comment: 'A few seconds, then longer, up to a minute. The variable "looks" counts the looks at them.',
      time: WaitTime.seconds(expressions.checkWaitSeconds),
      assign: { looks: expressions.nextLook },
    }),

    lookAtChecks: task(scope, 'Look at checks', {
      comment: '"activity" says which check is at work. Each is killed at its time by the server itself.',
      ...verifying(props),
    }),

    checksDone: Choice.jsonata(scope, 'Checks done?', {
      comment: 'At work: wait again. One failed and the rule lets the agent correct it: tell it. Else collect.',
    }),

    sendFindings: task(scope, 'Send findings', {
      comment: 'The agent gets the end of what the failed checks printed, as one more prompt of its session.',
      calls: props.sendFindings,
      payload: { session: expressions.session, checks: expressions.checks },
      assign: { session: expressions.payloadField('session'), memory: freshPollMemory, ending: null, checks: null },
      retries: [serverUnreachable],
    }),
  };
}

/** Both verifying states call one function: the number of the look is 0 where they begin. */
const verifying = ({ verifyPatch }: VerifyProps) => ({
  calls: verifyPatch,
  payload: {
    session: expressions.session,
    attempt: expressions.attempt,
    at: expressions.stateEnteredAt,
    looks: expressions.looks,
  },
  assign: { checks: expressions.payloadField('checks') },
});
