import * as z from 'zod';
import { limits } from '../../contract/limits.ts';

/** Times are ISO 8601. */
export const placesSchema = z.strictObject({
  /** `until`: when the longest session that the job may be is over, whatever became of it. */
  holders: z.array(z.strictObject({ jobId: z.string(), until: z.string() })),
  /** First come, first served. `seenAt`: when the job asked last, to within a minute. */
  waiting: z.array(z.strictObject({ jobId: z.string(), seenAt: z.string() })),
});
/** Who is at work with an integration that takes so many sessions at once, and who waits for it. */
export type Places = z.infer<typeof placesSchema>;

export const noPlaces: Places = { holders: [], waiting: [] };

export interface Asking {
  jobId: string;
  /** Sessions that may be at work at once. */
  max: number;
  at: string;
  /** When the place comes back at the latest. */
  until: string;
}

export interface Asked {
  /** The same object where nothing changed. */
  places: Places;
  /** `ahead`: jobs that came before; undefined for one that waits beside a line that is full. */
  answer: { kind: 'held' } | { kind: 'wait'; ahead: number | undefined };
}

/** A waiting job asks every 20 s. One that was not heard of for so long has been stopped: it must not hold up the others. */
const GONE_MS = 180_000;
/** Noted no more often than this: what changes nothing else costs no write. */
const NOTE_EVERY_MS = 60_000;

/** A job asks for a place. It has the one that it holds, takes one that is free for it, or stands in line. May be repeated. */
export function ask(stored: Places, { jobId, max, at, until }: Asking): Asked {
  const places = current(stored, at);
  if (places.holders.some((holder) => holder.jobId === jobId)) return { places, answer: { kind: 'held' } };
  const inLine = places.waiting.findIndex((waiter) => waiter.jobId === jobId);
  const ahead = inLine < 0 ? places.waiting.length : inLine;
  if (places.holders.length + ahead < max) {
    const waiting = places.waiting.filter((waiter) => waiter.jobId !== jobId);
    return { places: { holders: [...places.holders, { jobId, until }], waiting }, answer: { kind: 'held' } };
  }
  if (inLine >= 0) return { places: noted(places, inLine, at), answer: { kind: 'wait', ahead } };
  if (ahead >= limits.sessionsInLine) return { places, answer: { kind: 'wait', ahead: undefined } };
  return {
    places: { ...places, waiting: [...places.waiting, { jobId, seenAt: at }] },
    answer: { kind: 'wait', ahead },
  };
}

/** Gives back the places of jobs that are over. */
export const without = (places: Places, jobIds: ReadonlySet<string>): Places =>
  kept(
    places,
    ({ jobId }) => !jobIds.has(jobId),
    () => true,
  );

/** Without those whose time is over. */
const current = (places: Places, at: string): Places =>
  kept(
    places,
    ({ until }) => until > at,
    ({ seenAt }) => Date.parse(at) - Date.parse(seenAt) < GONE_MS,
  );

function kept(
  places: Places,
  holds: (holder: Places['holders'][number]) => boolean,
  waits: (waiter: Places['waiting'][number]) => boolean,
): Places {
  const holders = places.holders.filter(holds);
  const waiting = places.waiting.filter(waits);
  const same = holders.length === places.holders.length && waiting.length === places.waiting.length;
  return same ? places : { holders, waiting };
}

function noted(places: Places, index: number, at: string): Places {
  const waiter = places.waiting[index];
  if (!waiter || Date.parse(at) - Date.parse(waiter.seenAt) < NOTE_EVERY_MS) return places;
  return { ...places, waiting: places.waiting.with(index, { ...waiter, seenAt: at }) };
}
