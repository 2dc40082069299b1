import { Duration } from 'aws-cdk-lib';
import { JitterType, type RetryProps } from 'aws-cdk-lib/aws-stepfunctions';
import { relayFailedError, type TaskErrorName } from '../../functions/contract/error-names.ts';

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
  /**
   * Lambda could not run the function, e.g. for its concurrency limit: 5 retries after at most 2 + 4 + 8 + 16 + 32 = 62
   * s. With jitter, because a storm of executions meets such a limit together.
   */
  lambdaService: {
    errors: [
      'Lambda.ClientExecutionTimeoutException',
      'Lambda.ServiceException',
      'Lambda.AWSLambdaException',
      'Lambda.SdkClientException',
      'Lambda.TooManyRequestsException',
    ],
    interval: Duration.seconds(2),
    backoffRate: 2,
    maxAttempts: 5,
    jitterStrategy: JitterType.FULL,
  },
  /**
   * The function was cut off by a time-out or died with its container: 1 retry, since twice in a row is no accident.
   */
  cutOff: {
    errors: ['Sandbox.Timedout', 'Lambda.Unknown', 'Runtime.ExitError', 'Runtime.OutOfMemory', 'States.Timeout'],
    interval: Duration.seconds(2),
    backoffRate: 1,
    maxAttempts: 1,
  },
  /**
   * A function failed that reads and writes the table only, e.g. for its throttling: 5 retries after at most 5 + 15 +
   * 45 + 135 + 405 = 605 s. With jitter, because a storm meets such a limit together.
   */
  relayFailed: {
    errors: [relayFailedError],
    interval: Duration.seconds(5),
    backoffRate: 3,
    maxAttempts: 5,
    jitterStrategy: JitterType.FULL,
  },
  /** An execution could not be started, e.g. for the quota of starts: 5 retries after at most 605 s, as above. */
  stepFunctionsService: {
    errors: stepFunctionsErrors,
    interval: Duration.seconds(5),
    backoffRate: 3,
    maxAttempts: 5,
    jitterStrategy: JitterType.FULL,
  },
  /**
   * The event bus refused the event: 6 retries after 2 + 4 + 8 + 16 + 32 + 64 = 126 s. Everything else is done by then,
   * so waiting two minutes costs nothing.
   */
  eventBus: {
    errors: ['States.ALL'],
    interval: Duration.seconds(2),
    backoffRate: 2,
    maxAttempts: 6,
  },
} as const satisfies Record<string, RetryProps>;
