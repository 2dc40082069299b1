/**
 * How long a call may take, in milliseconds, with all its tries. The functions' own time-outs, which say nothing to an
 * operator, must never come first:
 * - poll-session (120 s): 80 s for its connection, a prompt that is sent again among it.
 * - send-prompt (60 s): on 2.x 20 s to look whether the agent has the prompt, 30 s for the prompt, and where that is
 *   refused 4 s each for two looks at the directory: 58 s. On 1.x the prompt alone.
 * - abort-session (90 s): looks begin within 30 s, and the last takes what its connection has left: 30 + 55 = 85 s.
 * - collect-result (180 s) and session-stopped (270 s, of which it may wait 30 s): 80 s.
 * - create-session (120 s): 80 s, beside the pauses of a checkout and those before a lost creation is looked for. Only
 *   a checkout of more than half a minute on a server that also hangs gets past it; the workflow repeats a function
 *   that was cut off.
 */
export const timeLimits = {
  /** One try of two. Requests that come while the server opens its port are never answered; 0.04 s is usual. */
  health: 4_000,
  /**
   * 0.04 s is usual; up to 36 s were measured with 30 new directories at once, and a poll that fails is not the end.
   */
  read: 35_000,
  /** 0.5 s is usual. */
  abort: 20_000,
  /** 0.6 s is usual, with 100 prompts at once. */
  prompt: 30_000,
  /** A new directory takes 1 s when nothing else is going on. Not to be cut off in the middle: it is not idempotent. */
  create: 60_000,
  /** All calls of one connection together. */
  connection: 80_000,
} as const;

/** For the function that aborts; see above. */
export const abortTimeLimits = { connection: 55_000 } as const;

/**
 * For a look at a server while a person waits, 5 s in all. A directory that the server opens first takes what is left
 * of it.
 */
export const quickTimeLimits = { health: 1_500, read: 5_000, connection: 5_000 } as const;

export type TimeLimit = Exclude<keyof typeof timeLimits, 'connection'>;

/**
 * Bytes of an answer. A function has 512 MiB: 32 MiB take as much as a buffer, twice that as a text and some three
 * times that as values, 192 MiB in all. Those that collect a result have twice the memory, since the patch and its
 * parts come on top of that.
 */
export const sizeLimits = {
  /** Lists and settings; the largest is a provider's model catalogue with some 2 MB. */
  usual: 8 * 1024 * 1024,
  /** What an agent produces: messages with tool outputs of up to 50 kB each, diffs with whole files in them. */
  large: 32 * 1024 * 1024,
  /** What a session has changed, as a diff. */
  diff: 48 * 1024 * 1024,
} as const;

export type SizeLimit = keyof typeof sizeLimits;

/** A rest that is shorter is none: nothing fits into it, and a timer may ring some milliseconds early. */
const LEAST_MS = 25;

/** The time that the calls of one connection have together. */
export class Allowance {
  private leftMs: number;

  constructor(totalMs: number) {
    this.leftMs = totalMs;
  }

  /** What a call that may take so long would be granted. */
  grants(limitMs: number): number {
    return this.leftMs < LEAST_MS ? 0 : Math.min(limitMs, this.leftMs);
  }

  /** Runs `work` with the milliseconds that it may take; what it took is gone. */
  async spend<T>(limitMs: number, work: (remaining: () => number) => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const granted = this.grants(limitMs);
    try {
      return await work(() => granted - (performance.now() - startedAt));
    } finally {
      this.leftMs -= performance.now() - startedAt;
    }
  }
}
