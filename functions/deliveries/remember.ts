import { errorNameOf } from '../domain/task/errors.ts';
import type { DeliveryMemory, Log } from '../ports.ts';

export interface RememberDeps {
  memory: DeliveryMemory;
  log: Log;
}

/**
 * Only what is queued is remembered, or a repeat after a failure would be lost. The delivery is stored by now, so a
 * memory that fails is no reason to ask for it again: a repeat has the same id, and routing counts it once.
 */
export async function remember(
  { memory, log }: RememberDeps,
  deliveryId: string,
  webhookId: string,
  now: Date,
): Promise<void> {
  try {
    await memory.remember(deliveryId, now);
  } catch (error) {
    log.warn('Delivery not remembered', {
      guard: 'delivery_memory',
      deliveryId,
      webhookId,
      error: errorNameOf(error),
    });
  }
}
