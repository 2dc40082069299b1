import type { StormSettings, StormWindow } from './storm-window.ts';

/** What lies within the window that ends now. */
export const inWindow = <Moment extends { atMs: number }>(
  moments: Moment[],
  { windowMs }: Pick<StormSettings, 'windowMs'>,
  nowMs: number,
): Moment[] => moments.filter(({ atMs }) => atMs > nowMs - windowMs);

/** Bounded: as many arrivals as make a storm; the last one stays, since triage counts from it. */
export function pruned(window: StormWindow, settings: StormSettings): StormWindow {
  const { arrivals, starts, latestMs } = window;
  const kept = inWindow(arrivals, settings, latestMs).slice(-settings.threshold);
  return {
    ...window,
    arrivals: kept.length > 0 ? kept : arrivals.slice(-1),
    starts: inWindow(starts, settings, latestMs),
  };
}
