import { stormLimits } from '../../contract/storm.ts';

/** ISO 8601, so many seconds after an instant. */
export const later = (nowMs: number, seconds: number): string => new Date(nowMs + seconds * 1_000).toISOString();

/** The instant, or the next look if that comes before it: a storm may begin at any time. */
export const soonest = (nowMs: number, untilMs: number): string =>
  new Date(Math.min(untilMs, nowMs + stormLimits.lookSeconds * 1_000)).toISOString();
