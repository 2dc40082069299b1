import type { Delivery } from '../../functions/contract/delivery.ts';
import { limits } from '../../functions/contract/limits.ts';
import { type BatchLeftover, isToBeSentAgain, returnSeconds } from '../../functions/domain/task/batch.ts';
import { retryDelaySeconds } from '../../functions/domain/task/retry-delay.ts';
import { routeAlerts } from '../../functions/intake/route-alert/route-alert.ts';
import { aroundPorts } from './fakes/around-ports.ts';
import type { RoutingWorld } from './fakes/world.ts';

/**
 * CPU time of one call of a table: 7.5 ms for a new alert with its 6 calls, and 2.5 ms for one that is decided already
 * with its 2, measured with the SDK against a table engine in another process.
 */
const CALL_CPU_MS = 1.25;
/** What 512 MiB give of a processor. The function has a whole one: what ends in time here does so there. */
export const VCPU = 0.29;
const INVOCATION_MS = 90_000;
const BATCH = 10;
const CONSUMERS = 10;

interface Message {
  delivery: Delivery;
  visibleMs: number;
  receives: number;
}

interface Invocation {
  fromMs: number;
  tookMs: number;
  entries: number;
}

interface RoutedQueue {
  invocations: Invocation[];
  /** Milliseconds until nothing was left. */
  doneMs: number;
  deadLetters: Delivery[];
  mostReceives: number;
}

/**
 * Routes a queue as Lambda does, in virtual time in which only CPU time passes, at the share of a processor that an
 * invocation has. An invocation that takes longer is cut off, and its batch comes again.
 */
export async function routeQueue(
  world: RoutingWorld,
  deliveries: Delivery[],
  { vCpu = VCPU, consumers = CONSUMERS } = {},
): Promise<RoutedQueue> {
  const queue: Message[] = deliveries.map((delivery) => ({ delivery, visibleMs: 0, receives: 0 }));
  const freeAt = Array.from({ length: consumers }, () => 0);
  const result: RoutedQueue = { invocations: [], doneMs: 0, deadLetters: [], mostReceives: 0 };
  while (queue.length > 0) {
    const consumer = freeAt.indexOf(Math.min(...freeAt));
    const now = Math.max(freeAt[consumer] ?? 0, Math.min(...queue.map(({ visibleMs }) => visibleMs)));
    const batch = queue.filter(({ visibleMs }) => visibleMs <= now).slice(0, BATCH);
    for (const message of batch) queue.splice(queue.indexOf(message), 1);
    const living = batch.filter((message) => ++message.receives <= limits.queueTries);
    result.deadLetters.push(...batch.filter((each) => !living.includes(each)).map(({ delivery }) => delivery));
    result.mostReceives = Math.max(result.mostReceives, ...living.map(({ receives }) => receives));
    const { tookMs, leftovers } = await invoke(world, living, vCpu);
    const entries = living.reduce((sum, { delivery }) => sum + delivery.items.length, 0);
    result.invocations.push({ fromMs: now, tookMs, entries });
    const until = now + tookMs;
    freeAt[consumer] = until;
    for (const [index, message] of living.entries()) {
      const again = comesAgain(message, until, leftovers ? leftovers[index] : cutOff);
      if (again) queue.push(again);
    }
    result.doneMs = Math.max(result.doneMs, until);
  }
  return result;
}

const cutOff: BatchLeftover = { entries: 0, error: new Error('cut off') };

/** As the queue's chain does; a batch that is cut off says nothing, and comes after the visibility time-out at most. */
function comesAgain(message: Message, fromMs: number, leftover: BatchLeftover | undefined): Message | undefined {
  if (leftover === undefined) return undefined;
  const { receives } = message;
  if ('error' in leftover) return { ...message, visibleMs: fromMs + retryDelaySeconds(receives) * 1_000 };
  const isNew = isToBeSentAgain(leftover.outOfTime, receives);
  return { ...message, visibleMs: fromMs + returnSeconds * 1_000, receives: isNew ? 0 : receives };
}

/** `leftovers` is undefined where the invocation was cut off. */
async function invoke(world: RoutingWorld, batch: Message[], vCpu: number) {
  let tookMs = 0;
  const deps = aroundPorts({ ...world.deps(), log: { warn: () => undefined } }, async (call) => {
    tookMs += CALL_CPU_MS / vCpu;
    if (tookMs > INVOCATION_MS) throw new Error('cut off');
    return call();
  });
  const routed = await routeAlerts(
    deps,
    batch.map(({ delivery }) => delivery),
    () => INVOCATION_MS - tookMs,
  );
  return tookMs > INVOCATION_MS ? { tookMs: INVOCATION_MS, leftovers: undefined } : { tookMs, leftovers: routed };
}
