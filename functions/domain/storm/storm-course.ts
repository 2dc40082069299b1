import { limits } from '../../contract/limits.ts';
import {
  endHold,
  investigating,
  inWindow,
  pruned,
  type StormSettings,
  type StormWindow,
  startedLater,
} from './storm-window.ts';

/** A start for a held alert, or when the next one is free, epoch milliseconds. */
type WindowStart = { ok: true; window: StormWindow } | { ok: false; freeAtMs: number };

/**
 * Takes one of the window's starts for a held alert; one that has a start keeps it. A rule that starts nothing at once
 * (`maxImmediate` 0) has one start for what was held.
 */
export function release(window: StormWindow, alertId: string, settings: StormSettings, nowMs: number): WindowStart {
  const atMs = Math.max(nowMs, window.latestMs);
  // The start was interrupted, and is made now.
  if (window.starts.some((each) => each.alertId === alertId)) {
    return { ok: true, window: startedLater({ ...window, latestMs: atMs }, alertId, atMs) };
  }
  const starts = Math.max(settings.maxImmediate, 1);
  const taken = inWindow(window.starts, settings, atMs);
  const lastTaken = taken.at(-starts);
  if (lastTaken) return { ok: false, freeAtMs: lastTaken.atMs + settings.windowMs };
  const next = { ...window, latestMs: atMs, starts: [...taken, { alertId, atMs }] };
  return { ok: true, window: investigating(pruned(next, settings), alertId) };
}

/** The alert was not started after all: its start is free again. */
export const giveBack = (window: StormWindow, alertId: string): StormWindow => ({
  ...window,
  starts: window.starts.filter((each) => each.alertId !== alertId),
  investigated: window.investigated.filter((each) => each !== alertId),
});

/**
 * What a hold waits for at an instant: `holding` for its alerts to be released, or for more of them; `collecting` for a
 * pause in the storm; `due` is a storm to be triaged. `ended`: the rule holds nothing under this name any more.
 */
export type StormStep =
  | { kind: 'holding' }
  | { kind: 'collecting'; detectedMs: number; untilMs: number }
  | { kind: 'due'; detectedMs: number }
  | { kind: 'dispatched' }
  | { kind: 'ended' };

export function nextStep(window: StormWindow, stormId: string, nowMs: number): StormStep {
  const { detectedMs, dispatchedMs } = window;
  if (window.stormId !== stormId) return { kind: 'ended' };
  if (dispatchedMs !== null) return { kind: 'dispatched' };
  if (detectedMs === null) return { kind: 'holding' };
  const untilMs = triageAt(window, detectedMs);
  return untilMs > nowMs ? { kind: 'collecting', detectedMs, untilMs } : { kind: 'due', detectedMs };
}

/** 15 s after the last arrival, at most 90 s after the detection. */
function triageAt({ arrivals }: StormWindow, detectedMs: number): number {
  const lastMs = Math.max(arrivals.at(-1)?.atMs ?? 0, detectedMs);
  return Math.min(lastMs + limits.stormQuietSeconds * 1_000, detectedMs + limits.stormCollectSeconds * 1_000);
}

/** From now on alerts join the storm. Undefined if the rule holds nothing under this name any more. */
export function markDispatched(window: StormWindow, stormId: string, nowMs: number): StormWindow | undefined {
  if (window.stormId !== stormId) return undefined;
  const latestMs = Math.max(nowMs, window.latestMs);
  return { ...window, latestMs, dispatchedMs: window.dispatchedMs ?? latestMs };
}

/** The hold of this name is over; undefined where it is over already. */
export const endHoldOf = (window: StormWindow, stormId: string): StormWindow | undefined =>
  window.stormId === stormId ? endHold(window) : undefined;
