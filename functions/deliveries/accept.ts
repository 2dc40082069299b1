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
 * Queues what was read as one delivery, in as many messages as it takes, whatever door it came through; `strength`: of
 * that door. Resolves once all of it is stored, with the alert of each occurrence in order, and throws where a part is
 * not: then it has to come again. An alert that no message can hold has the delivery refused as a whole.
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
  const kept = withoutCopies(items);
  const parts = partsOf(envelope, kept);
  if (parts instanceof HookRefusal) return parts;
  await Promise.all(parts.map((part) => queue.send(part)));
  return { delivery: { ...envelope, items: [...kept.values()] }, alertIds };
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
function withoutCopies(items: Item[]): Map<string, Item> {
  return new Map(items.map((item) => [JSON.stringify(item), item]));
}

type Item = Delivery['items'][number];

/** 10 messages are a batch of the router, whose time is enough for 3,000 entries and a little more. */
const ITEMS_PER_PART = 250;

/**
 * The delivery in messages that the queue holds: nearly always one. `items` by their JSON text. The first has the id of
 * the delivery, the others ids that are made of it, so that what is sent again is told by them.
 */
function partsOf(envelope: Omit<Delivery, 'items'>, items: Map<string, Item>): Delivery[] | HookRefusal {
  const { deliveryId } = envelope;
  const partEnvelope = (index: number) =>
    index === 0 ? envelope : { ...envelope, deliveryId: `${deliveryId}_${index + 1}`, partOf: deliveryId };
  const room = (index: number) =>
    limits.queueMessageBytes - Buffer.byteLength(JSON.stringify({ ...partEnvelope(index), items: [] }));
  const parts: Delivery[] = [];
  let [current, left]: [Item[], number] = [[], room(0)];
  for (const [text, item] of items) {
    const bytes = Buffer.byteLength(text) + (current.length === 0 ? 0 : ','.length);
    if (current.length > 0 && (bytes > left || current.length === ITEMS_PER_PART)) {
      parts.push({ ...partEnvelope(parts.length), items: current });
      [current, left] = [[], room(parts.length)];
    }
    left -= Buffer.byteLength(text) + (current.length === 0 ? 0 : ','.length);
    if (left < 0) return tooLargeToQueue(limits.queueMessageBytes - left);
    current.push(item);
  }
  return [...parts, { ...partEnvelope(parts.length), items: current }];
}

const tooLargeToQueue = (bytes: number) =>
  new HookRefusal(
    'delivery_too_large',
    `An alert of the delivery takes ${bytes} bytes in the queue, which holds ${limits.queueMessageBytes}. Nothing of it was taken.`,
  );
