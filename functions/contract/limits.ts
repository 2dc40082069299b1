/** Every limit that both sides check, in one place. Units stand in the names. */
export const limits = {
  pollIntervalMs: { min: 1_000, max: 300_000, default: 30_000 },
  /**
   * 3 transitions and 9 history events per poll, 12 where it is repeated: 1,000 polls are at most 12,000 of the 25,000
   * events of an execution.
   */
  maxPollAttempts: { min: 1, max: 1_000, default: 120 },
  stormThreshold: { min: 2, max: 50, default: 5 },
  stormWindowSeconds: { min: 10, max: 300, default: 60 },
  maxImmediateDispatches: { min: 0, max: 5, default: 2 },
  delayMinutes: { min: 0, max: 1_440 },
  webhookTimeoutMs: { min: 1_000, max: 300_000, default: 30_000 },
  /** After a success: a fix that nobody has merged yet would be found again. */
  cooldownSeconds: { min: 0, max: 604_800, default: 3_600 },
  /** Per day and scope; also what a budget of cost alone lets start. */
  sessionsPerDay: { min: 1, max: 2_000 },
  costUsd: { min: 0.01, max: 100_000 },
  sessionTokens: { min: 1_000, max: 1_000_000_000 },
  sessionMessages: { min: 1, max: 250 },
  stallMinutes: { min: 1, max: 1_440 },
  sessionMinutes: { min: 1, max: 7_200 },
  /** Commands that are run on a patch. Their outputs and twice 4 KB of each command stand in the execution's state. */
  checks: { min: 1, max: 8 },
  checkNameCharacters: 60,
  checkCommandCharacters: 4_000,
  checkMinutes: { min: 1, max: 30 },
  /**
   * Of all checks of a rule, those on the base commit too counted twice. Looks at them wait 3 s, then longer, up to a
   * minute: 70 in so long and 80 at most, of 9 events each, in each of 3 rounds are 2,160 of the 25,000 events.
   */
  checkMinutesInAll: 60,
  checkLooks: 80,
  checkWaitSeconds: { first: 3, longest: 60 },
  /** Bytes of what a check printed that are kept. */
  checkOutputBytes: 4_096,
  verifyRetries: { min: 0, max: 2 },
  changedLines: { min: 1, max: 1_000_000 },
  changedFiles: { min: 1, max: 10_000 },
  concurrentSessions: { min: 1, max: 50 },
  /**
   * A session waits for a free slot, or for the end of a pause, and asks this often: 1,080 times, of 7 events each, are
   * 7,560 of the 25,000 events of an execution.
   */
  placeWaitSeconds: 20,
  longestWaitSeconds: 21_600,
  /**
   * Trouble of AWS or of our own code changes no outcome before it has lasted for so long. A step waits twice as long
   * each time, less up to a half by chance, and tries again: 28 times in an hour, of 9 events each, in each of 5 steps
   * are 1,260 events, 756 for those of each round of checks; 170 times while a session waits for its slot are 1,530.
   */
  troubleSeconds: 3_600,
  troubleWaitSeconds: { first: 10, longest: 300 },
  /** Sessions that stand in line for one integration; more of them wait beside the line. A row of 20 KB. */
  sessionsInLine: 100,
  /** After a session without a change, or a blocked one: until the alert clears, and not longer than this. */
  quietDays: 7,
  /** Storm: a new alert moves triage so far ahead, and at most so far behind the detection. */
  stormQuietSeconds: 15,
  stormCollectSeconds: 90,
  /**
   * Relay run: how often a group is gone through under `repeat`, and how long after the last round the next one begins.
   */
  repeatRounds: { none: 1, once: 2, all: 10 },
  repeatAfterSeconds: 300,
  /**
   * Steps of a relay run in all its rounds together. With every retry spent a step is 72 of the 25,000 events of an
   * execution: wait 2, decide 5 and 11 retries of 3, choose 2, session 6 and 5 retries of 3, choose 2, and 7 to decide
   * again where the session was there already. A group is 6, a wait between rounds 2: 300 x (72 + 6 + 2) = 24,000.
   */
  relayRunTurns: 300,
  /** A session holds the title of its alert for so long at most, whatever becomes of it. */
  sameTitleHours: 24,
  /**
   * An alert whose session ended for the server's reasons or ours: its repeats try again 5, 15, 45 and 135 minutes
   * after the last end, then every 6 hours, 12 sessions in all, which is about two days.
   */
  retry: { firstMinutes: 5, factor: 3, mostMinutes: 360, attempts: 12 },
  /** Sessions that one rule may come to for one alert, those that a person replays among them. */
  attemptsPerAlert: 64,
  /** An open alert whose sender gives no start stands for so long; then its incident begins anew. */
  openWithoutStartHours: 24,
  titleCharacters: 255,
  nameCharacters: 255,
  /** A version of the catalogue is one row of 400 KB at most, and comes in a body of `apiBodyBytes`. */
  catalogueEntries: 1_000,
  catalogueNameCharacters: 64,
  catalogueTextCharacters: 255,
  promptTemplateCharacters: 16_000,
  /** What the model is given at most: far below any model's context, far above what a person reads. */
  promptCharacters: 24_000,
  causeCharacters: 900,
  /** A shorter password is a word among others: in results it is found only where it stands by itself. */
  goodPasswordCharacters: 8,
  /**
   * A function is called with 6 MB at most, in which the body stands as JSON text: its quotes take two characters each.
   */
  hookBodyBytes: 4 * 1024 * 1024,
  apiBodyBytes: 256 * 1024,
  alertsPerDelivery: 3_000,
  /** For senders that can be told so: alerts of 4 KB each. What they leave out they count. */
  recommendedMaxAlerts: 1_000,
  /** A message that fails is tried this often, within half an hour; then it is a dead letter. */
  queueTries: 8,
  /** SQS: the largest message, attributes included. */
  queueMessageBytes: 1_048_576,
} as const;

/** What the state of a task allows on top of its function's time-out, so that the function's own error comes first. */
export const taskMarginSeconds = 5;

/**
 * How the wait between polls grows where a rule has a `maxPollInterval`: by half each time. 1.5 to the power of 15 is
 * 438, and the longest wait is 300 times the shortest, so that more growing would change nothing.
 */
export const pollWaitGrowth = { factor: 1.5, times: 15 } as const;

/** Time-out of the function that polls. */
export const pollTimeoutSeconds = 120;

/** A poll is repeated once, so soon. */
export const pollRetrySeconds = 2;

/**
 * Creating, prompting, aborting, collecting, recording and publishing take 27,506 s if each of them meets trouble for
 * as long as it is waited out, every retry is spent and every call times out.
 */
const AROUND_POLLING_SECONDS = 28_800;

/**
 * Keeping a result, starting checks, looking at them as often as may be and sending what they found take 30,568 s if
 * each of them meets as much trouble.
 */
const VERIFYING_SECONDS = 32_400;

/**
 * The longest that a session may take: all polls, each twice as slow as its task may be, what is around them, and its
 * checks, so often as it may be corrected and once more; `verifyRounds` is 0 without any.
 */
export const longestSessionSeconds = (
  {
    intervalMs,
    maxWaitSeconds = Math.ceil(intervalMs / 1_000),
    maxAttempts,
  }: {
    intervalMs: number;
    maxWaitSeconds?: number | undefined;
    maxAttempts: number;
  },
  verifyRounds = 0,
): number =>
  maxAttempts * (maxWaitSeconds + 2 * (pollTimeoutSeconds + taskMarginSeconds) + pollRetrySeconds) +
  AROUND_POLLING_SECONDS +
  verifyRounds * VERIFYING_SECONDS;

/** How often the checks of a rule may be run for one session. */
export const verifyRoundsOf = (verify: { retries: number } | undefined): number =>
  verify === undefined ? 0 : 1 + verify.retries;

/**
 * The time limit of a relay run: a day before the end that Step Functions sets itself, after 44 of the longest
 * sessions.
 */
export const relayRunTimeoutSeconds = 364 * 86_400;

/** The state machine's time limit: a second one behind `maxPollAttempts`, which no rule within the limits can reach. */
export const machineTimeoutSeconds =
  limits.longestWaitSeconds +
  longestSessionSeconds(
    { intervalMs: limits.pollIntervalMs.max, maxAttempts: limits.maxPollAttempts.max },
    verifyRoundsOf({ retries: limits.verifyRetries.max }),
  );
