import * as z from 'zod';
import type { sweptKinds } from '../../contract/metrics.ts';

const place = z.string().optional();

/** Where the last sweep stopped in each list, if it did not come to the end. */
export const sweepPlacesSchema = z.strictObject({
  sessions: place,
  storms: place,
  runs: place,
  leftovers: place,
});
export type SweepPlaces = z.infer<typeof sweepPlacesSchema>;
export type SweptList = keyof SweepPlaces;

/**
 * What a sweep has found, by kind. `sessions`, `storms`, `runs`: ended, and their end was not noticed; `unstarted`:
 * never begun by anybody; `slots`: held by nobody; `leftovers`: something may be left on a server; `given_up`: a server
 * that could not be asked for too long; `failed`: what could not be looked at.
 */
export type SweptKind = (typeof sweptKinds)[number];
export type Swept = Record<SweptKind, number>;

export const nothingSwept = (): Swept => ({
  sessions: 0,
  storms: 0,
  runs: 0,
  unstarted: 0,
  slots: 0,
  leftovers: 0,
  given_up: 0,
  failed: 0,
});
