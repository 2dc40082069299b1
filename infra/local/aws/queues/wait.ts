import type { Clock } from '../../clock.ts';
import type { MessageQueue } from './message-queue.ts';

/** Resolves when a message may be there, after `ms`, or once `closing`. */
export async function arrivalWithin(
  queue: MessageQueue,
  ms: number,
  clock: Clock,
  closing: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const { promise: arrived, resolve } = Promise.withResolvers<void>();
  const stopListening = queue.onArrival(resolve);
  const slept = clock.sleep(ms, AbortSignal.any([over.signal, closing])).catch(() => {});
  await Promise.race([arrived, slept]);
  stopListening();
  over.abort();
}
