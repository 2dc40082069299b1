import * as z from 'zod';
import { limits } from '../../contract/limits.ts';

/** Times are ISO 8601. */
export const slotsSchema = z.strictObject({
  /** `until`: when the longest session that the job may be is over, whatever became of it. */
  holders: z.array(z.strictObject({ jobId: z.string(), until: z.string() })),
  /** First come, first served. `seenAt`: when the job asked last, to within a minute. */
  waiting: z.array(z.strictObject({ jobId: z.string(), seenAt: z.string() })),
});
/** Who is at work with an integration that takes so many sessions at once, and who waits for it. */
export type Slots = z.infer<typeof slotsSchema>;

export const noSlots: Slots = { holders: [], waiting: [] };

export interface SlotRequest {
  jobId: string;
  /** Sessions that may be at work at once. */
  max: number;
  at: string;
  /** When the slot comes back at the latest. */
  until: string;
}

export interface SlotAnswer {
  /** The same object where nothing changed. */
  slots: Slots;
  /** `ahead`: jobs that came before; undefined for one that waits beside a line that is full. */
  answer: { kind: 'held' } | { kind: 'wait'; ahead: number | undefined };
}

/**
 * A waiting job asks every 20 s. One that was not heard of for so long has been stopped: it must not hold up the
 * others.
 */
const GONE_MS = 180_000;
/** Noted no more often than this: what changes nothing else costs no write. */
const NOTE_EVERY_MS = 60_000;

/**
 * A job asks for a slot. It has the one that it holds, takes one that is free for it, or stands in line. Idempotent.
 */
export function requestSlot(stored: Slots, { jobId, max, at, until }: SlotRequest): SlotAnswer {
  const slots = currentSlots(stored, at);
  if (slots.holders.some((holder) => holder.jobId === jobId)) return { slots, answer: { kind: 'held' } };
  const inLine = slots.waiting.findIndex((waiter) => waiter.jobId === jobId);
  const ahead = inLine < 0 ? slots.waiting.length : inLine;
  if (slots.holders.length + ahead < max) {
    const waiting = slots.waiting.filter((waiter) => waiter.jobId !== jobId);
    return { slots: { holders: [...slots.holders, { jobId, until }], waiting }, answer: { kind: 'held' } };
  }
  if (inLine >= 0) return { slots: noted(slots, inLine, at), answer: { kind: 'wait', ahead } };
  if (ahead >= limits.sessionsInLine) return { slots, answer: { kind: 'wait', ahead: undefined } };
  return {
    slots: { ...slots, waiting: [...slots.waiting, { jobId, seenAt: at }] },
    answer: { kind: 'wait', ahead },
  };
}

/** Gives back the slots of jobs that are over. */
export const without = (slots: Slots, jobIds: ReadonlySet<string>): Slots =>
  kept(
    slots,
    ({ jobId }) => !jobIds.has(jobId),
    () => true,
  );

/** Without those whose time is over. */
export const currentSlots = (slots: Slots, at: string): Slots =>
  kept(
    slots,
    ({ until }) => until > at,
    ({ seenAt }) => Date.parse(at) - Date.parse(seenAt) < GONE_MS,
  );

function kept(
  slots: Slots,
  holds: (holder: Slots['holders'][number]) => boolean,
  waits: (waiter: Slots['waiting'][number]) => boolean,
): Slots {
  const holders = slots.holders.filter(holds);
  const waiting = slots.waiting.filter(waits);
  const same = holders.length === slots.holders.length && waiting.length === slots.waiting.length;
  return same ? slots : { holders, waiting };
}

function noted(slots: Slots, index: number, at: string): Slots {
  const waiter = slots.waiting[index];
  if (!waiter || Date.parse(at) - Date.parse(waiter.seenAt) < NOTE_EVERY_MS) return slots;
  return { ...slots, waiting: slots.waiting.with(index, { ...waiter, seenAt: at }) };
}
