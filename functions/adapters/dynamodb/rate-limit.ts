import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { RateLimit } from '../../ports.ts';
import { keys } from './keys.ts';
import { type Table, written } from './table.ts';

/**
 * Long enough for a plan of a few hundred calls in one go, short enough that a client that waits is soon let in again.
 */
const WINDOW_MS = 10_000;
/** Windows are over long before TTL takes their rows. */
const KEPT_SECONDS = 3_600;

/** A container that has met more callers than this begins anew: each then has a write at once. */
const MOST_CALLERS = 2_000;

/** What a container knows of a caller in a window: what it has written, and what it has let in since then. */
interface Tally {
  window: number;
  counted: number;
  uncounted: number;
  usedUp: boolean;
}

/**
 * A limit per caller over all containers: one counter row per caller and window of 10 s. Exact within a window where
 * `largestStep` is 1, one small write per request; over two windows that meet, twice a window's requests can come at
 * once. With more, a container writes its count once it has grown by as much as it has written, `largestStep` at most:
 * so it lets in once more what it has counted at most, and nobody is refused below the limit. A container remembers a
 * window that is used up, so that a client that goes on asking costs nothing. Throws where `perSecond` is no positive
 * number.
 */
export function createRateLimit(
  table: Table,
  perSecond: number,
  { largestStep = 1, now = Date.now }: { largestStep?: number; now?: () => number } = {},
): RateLimit {
  if (!(perSecond > 0)) throw new Error('The rate limit of a token must be a positive number');
  const allowed = Math.max(1, Math.floor((perSecond * WINDOW_MS) / 1_000));
  const tallies = new Map<string, Tally>();

  const tallyOf = (caller: string, window: number): Tally => {
    const known = tallies.get(caller);
    if (known?.window === window) return known;
    if (tallies.size >= MOST_CALLERS) tallies.clear();
    const tally = { window, counted: 0, uncounted: 0, usedUp: false };
    tallies.set(caller, tally);
    return tally;
  };

  const count = (caller: string, window: number, requests: number): Promise<boolean> =>
    written(
      table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: keys.rate(caller, window),
          UpdateExpression: 'SET expiresAt = :expiresAt ADD requests :requests',
          ConditionExpression: 'attribute_not_exists(requests) OR requests < :allowed',
          ExpressionAttributeValues: {
            ':requests': requests,
            ':allowed': allowed,
            ':expiresAt': Math.ceil(((window + 1) * WINDOW_MS) / 1_000) + KEPT_SECONDS,
          },
        }),
      ),
    );

  /** False where the window is used up. */
  async function admits(caller: string, window: number): Promise<boolean> {
    const tally = tallyOf(caller, window);
    if (tally.usedUp) return false;
    tally.uncounted += 1;
    if (tally.uncounted < Math.min(tally.counted, largestStep)) return true;
    const requests = tally.uncounted;
    tally.uncounted = 0;
    tally.usedUp = !(await count(caller, window, requests));
    tally.counted += requests;
    return !tally.usedUp;
  }

  return {
    async take(caller) {
      const at = now();
      const window = Math.floor(at / WINDOW_MS);
      if (await admits(caller, window)) return undefined;
      return Math.ceil(((window + 1) * WINDOW_MS - at) / 1_000);
    },
  };
}
