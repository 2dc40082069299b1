import { Duration } from 'aws-cdk-lib';
import type { RetryProps } from 'aws-cdk-lib/aws-stepfunctions';
import { relayFailedError, type TaskErrorName } from '../../functions/contract/error-names.ts';
import { pollRetrySeconds } from '../../functions/contract/limits.ts';

const serverUnreachable: TaskErrorName = 'ServerUnreachable';

/** What Step Functions says where it could not start an execution for now. */
export const stepFunctionsErrors = [
  'StepFunctions.ThrottlingException',
  'StepFunctions.ExecutionLimitExceededException',
  'StepFunctions.ServiceUnavailableException',
  'StepFunctions.InternalServerException',
  'StepFunctions.AWSStepFunctionsException',
  'StepFunctions.SdkClientException',
];

/**
 * Trouble of AWS or of our own code: Lambda could not run the function, e.g. for its concurrency limit; it was cut off
 * by a time-out or died with its container; or it failed, e.g. because the table was throttled.
 */
const ourTrouble = [
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
  'Runtime.ExitError',
  'Runtime.OutOfMemory',
  'States.Timeout',
  relayFailedError,
];

/**
 * Every task function is idempotent: its effects carry ids chosen by us. A retry costs 3 history events and no poll.
 * The arithmetic says how long a policy can hold an execution up, on top of the attempts themselves.
 */
export const retryPolicies = {
  /**
   * A server that restarts or a connection that breaks while a session is being made: 3 retries after 2 + 4 + 8 = 14 s.
   * Not longer, because a dead server is to be reported within a minute of the alert.
   */
  serverUnreachable: {
    errors: [serverUnreachable],
    interval: Duration.seconds(2),
    backoffRate: 2,
    maxAttempts: 3,
  },
  /**
   * The same while a finished session's result is fetched: 4 retries after 3 + 6 + 12 + 24 = 45 s. The work is done and
   * would be lost, so a whole restart of the server is waited for.
   */
  serverUnreachableWhileCollecting: {
    errors: [serverUnreachable],
    interval: Duration.seconds(3),
    backoffRate: 2,
    maxAttempts: 4,
  },
  /** A poll that our trouble ate is made anew once; after that the next one is. */
  poll: {
    errors: ourTrouble,
    interval: Duration.seconds(pollRetrySeconds),
    backoffRate: 1,
    maxAttempts: 1,
  },
  /**
   * A step of a relay run or storm: 11 retries after 10 + 20 + 40 + 80 + 160 + 320 + 5 x 600 = 3,630 s. Trouble changes
   * nothing before it has lasted for an hour, so there is no jitter that could make it less.
   */
  step: {
    errors: ourTrouble,
    interval: Duration.seconds(10),
    backoffRate: 2,
    maxDelay: Duration.seconds(600),
    maxAttempts: 11,
  },
  /**
   * An execution could not be started, e.g. for the quota of starts: 5 retries after 15 + 75 + 375 + 2 x 1,800 = 4,065
   * s, since more of them do not fit into the history of a relay run.
   */
  stepFunctionsService: {
    errors: stepFunctionsErrors,
    interval: Duration.seconds(15),
    backoffRate: 5,
    maxDelay: Duration.seconds(1_800),
    maxAttempts: 5,
  },
} as const satisfies Record<string, RetryProps>;
