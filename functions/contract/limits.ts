/** Every limit that both sides check, in one place. Units stand in the names. */
export const limits = {
  pollIntervalMs: { min: 1_000, max: 300_000, default: 30_000 },
  /** 3 transitions and 9 history events per poll: 1,000 polls stay under 9,100 of the 25,000 events of an execution. */
  maxPollAttempts: { min: 1, max: 1_000, default: 120 },
  stormThreshold: { min: 2, max: 50, default: 5 },
  stormWindowSeconds: { min: 10, max: 300, default: 60 },
  maxImmediateDispatches: { min: 0, max: 5, default: 2 },
  delayMinutes: { min: 0, max: 1_440 },
  titleCharacters: 255,
  nameCharacters: 255,
  promptTemplateCharacters: 16_000,
  /** What the model is given at most: far below any model's context, far above what a person reads. */
  promptCharacters: 24_000,
  causeCharacters: 900,
  hookBodyBytes: 512 * 1024,
  apiBodyBytes: 256 * 1024,
  alertsPerDelivery: 1_000,
  /** SQS: the largest message, attributes included. */
  queueMessageBytes: 1_048_576,
} as const;

/** What the state of a task allows on top of its function's time-out, so that the function's own error comes first. */
export const taskMarginSeconds = 5;

/** Time-out of the function that polls. */
export const pollTimeoutSeconds = 120;

/** Creating, prompting, aborting, collecting and publishing with every retry take less than half of this. */
const AROUND_POLLING_SECONDS = 3_600;

/** The longest that a session may take: all polls, each as slow as its task may be, and what is around them. */
export const longestSessionSeconds = ({
  intervalMs,
  maxAttempts,
}: {
  intervalMs: number;
  maxAttempts: number;
}): number =>
  maxAttempts * (Math.ceil(intervalMs / 1_000) + pollTimeoutSeconds + taskMarginSeconds) + AROUND_POLLING_SECONDS;

/** The state machine's time limit: a second one behind `maxPollAttempts`, which no rule within the limits can reach. */
export const machineTimeoutSeconds = longestSessionSeconds({
  intervalMs: limits.pollIntervalMs.max,
  maxAttempts: limits.maxPollAttempts.max,
});
