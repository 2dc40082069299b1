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

/**
 * A limit per token over all containers: one counter row per token and window of 10 s, one small write per request.
 * Exact within a window; over two windows that meet, twice a window's requests can come at once. A container remembers
 * a window that is used up, so that a client that goes on asking costs nothing.
 * Throws where `perSecond` is no positive number.
 */
export function createRateLimit(table: Table, perSecond: number, now: () => number = Date.now): RateLimit {
  if (!(perSecond > 0)) throw new Error('The rate limit of a token must be a positive number');
  const allowed = Math.max(1, Math.floor((perSecond * WINDOW_MS) / 1_000));
  const usedUp = new Map<string, number>();

  const count = (caller: string, window: number): Promise<boolean> =>
    written(
      table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: keys.rate(caller, window),
          UpdateExpression: 'SET expiresAt = :expiresAt ADD requests :one',
          ConditionExpression: 'attribute_not_exists(requests) OR requests < :allowed',
          ExpressionAttributeValues: {
            ':one': 1,
            ':allowed': allowed,
            ':expiresAt': Math.ceil(((window + 1) * WINDOW_MS) / 1_000) + KEPT_SECONDS,
          },
        }),
      ),
    );

  return {
    async take(caller) {
      const at = now();
      const window = Math.floor(at / WINDOW_MS);
      if (usedUp.get(caller) !== window && (await count(caller, window))) return undefined;
      usedUp.set(caller, window);
      return Math.ceil(((window + 1) * WINDOW_MS - at) / 1_000);
    },
  };
}
