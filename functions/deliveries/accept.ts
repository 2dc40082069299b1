import type { AlertOccurrence, HookStrength } from '../contract/alert.ts';
import type { Delivery } from '../contract/delivery.ts';
import { limits } from '../contract/limits.ts';
import { fingerprintOfTest } from '../domain/alert/fingerprint.ts';
import { HookRefusal } from '../domain/intake/refusal.ts';
import type { AlertStore, DeliveryQueue } from '../ports.ts';
import { identify } from './identify.ts';

export interface AcceptDeps {
  alerts: Pick<AlertStore, 'latestOf'>;
  queue: DeliveryQueue;
}

/**
 * Queues what was read as one delivery, whatever door it came through; `strength`: of that door. Resolves once it is
 * stored, with the alert of each occurrence in order; what the queue cannot hold is refused as a whole.
 */
export async function accept(
  { alerts, queue }: AcceptDeps,
  envelope: Omit<Delivery, 'items'>,
  read: AlertOccurrence[],
  strength: HookStrength,
): Promise<{ delivery: Delivery; alertIds: string[] } | HookRefusal> {
  const occurrences = read.map(apartIfTest).map((occurrence) => through(strength, occurrence));
  const alertIds = await identify(alerts, envelope.relayId, occurrences, envelope.receivedAt);
  const items = occurrences.map((occurrence, index) => ({ alertId: alertIds[index] ?? '', occurrence }));
  const delivery: Delivery = { ...envelope, items: withoutCopies(items) };
  const bytes = Buffer.byteLength(JSON.stringify(delivery));
  if (bytes > limits.queueMessageBytes) return tooLargeToQueue(bytes);
  await queue.send(delivery);
  return { delivery, alertIds };
}

const through = (strength: HookStrength, occurrence: AlertOccurrence): AlertOccurrence =>
  strength === 'address' ? occurrence : { ...occurrence, strength };

/** A test is an incident of its own: it never opens, closes or repeats what it only speaks of. */
const apartIfTest = (occurrence: AlertOccurrence): AlertOccurrence =>
  occurrence.status === 'test' ? { ...occurrence, fingerprint: fingerprintOfTest(occurrence.fingerprint) } : occurrence;

/**
 * Every entry is kept, for each is counted; only an exact copy within one delivery says nothing at all. A firing entry
 * and the resolved one after it differ, and so do two that differ in any text.
 */
function withoutCopies<Item extends { alertId: string; occurrence: AlertOccurrence }>(items: Item[]): Item[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

const tooLargeToQueue = (bytes: number) =>
  new HookRefusal(
    'delivery_too_large',
    `The delivery takes ${bytes} bytes in the queue, which holds ${limits.queueMessageBytes}. Nothing of it was taken. ` +
      'Group the alerts finer, so that each delivery holds fewer.',
  );
