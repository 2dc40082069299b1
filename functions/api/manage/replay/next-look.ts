import { type StormInput, stormLimits } from '../../../contract/storm.ts';
import { nextStep, release } from '../../../domain/storm/storm-course.ts';
import type { StormWindow } from '../../../domain/storm/storm-window.ts';

/**
 * When a look at a hold is worth while; undefined: now. The state machine looks every 15 s, since a storm may begin at
 * any time; of a look that would find the window still holding, and nothing to release, only the time is taken.
 */
export function nextLook({ stormId, checkAt, settings }: StormInput, window: StormWindow, nowMs: number) {
  const lateMs = Date.parse(checkAt) - settings.windowSeconds * 1_000 + stormLimits.holdSeconds * 1_000;
  if (nowMs >= lateMs || nextStep(window, stormId, nowMs).kind !== 'holding') return undefined;
  const { threshold, windowSeconds, maxImmediate } = settings;
  const places = { threshold, windowMs: windowSeconds * 1_000, maxImmediate, criticalBypasses: false };
  const free = release(window, '', places, nowMs);
  const dueMs = Math.max(Date.parse(checkAt), free.ok ? nowMs : free.freeAtMs);
  return dueMs > nowMs ? Math.min(dueMs, nowMs + stormLimits.lookSeconds * 1_000) : undefined;
}
