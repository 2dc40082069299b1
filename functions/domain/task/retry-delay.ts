/**
 * Seconds until a message that failed comes again, by how often it was received. A throttled service or a broken
 * connection is over in seconds, an outage in minutes: 10 + 30 + 90 + 270 s, then 540 s a time, the queue's visibility
 * time-out. With 8 receives, 10 + 30 + 90 + 270 + 3 × 540 s = 34 min pass before it is a dead letter.
 */
export const retryDelaySeconds = (receives: number): number =>
  Math.min(FIRST_SECONDS * FACTOR ** (Math.max(receives, 1) - 1), LONGEST_SECONDS);

const FIRST_SECONDS = 10;
const FACTOR = 3;
const LONGEST_SECONDS = 540;
