import * as z from 'zod';
import { stormLimits } from '../../contract/storm.ts';
import { stormIdOf } from './storm.ts';

const momentSchema = z.strictObject({ alertId: z.string(), atMs: z.number().int() });

export const stormWindowSchema = z.strictObject({
  /** Newest last, within the window; at most as many as make a storm. `bypass`: started past the limit, by option. */
  arrivals: z.array(momentSchema.extend({ verdict: z.enum(['start', 'hold', 'bypass']) })),
  /**
   * Starts that took one of the window's starts, by arrival or by release; oldest first. None is forgotten within the
   * window.
   */
  starts: z.array(momentSchema),
  /** The latest time that was seen, epoch milliseconds: a clock that is behind does not take the window back. */
  latestMs: z.number().int(),
  /** The storm that new alerts are held for, or join; null: none. */
  stormId: z.string().nullable(),
  /** When its first alert was held; null: there is none. */
  heldMs: z.number().int().nullable(),
  /** When its threshold was reached; null: not yet. */
  detectedMs: z.number().int().nullable(),
  /** When its session was made; null: not yet. */
  dispatchedMs: z.number().int().nullable(),
  /** Alerts that were started beside it, newest last: one of them may have the cause in hand already. */
  investigated: z.array(z.string()),
});
/** What storm control remembers of one rule. Small, and bounded whatever arrives. */
export type StormWindow = z.infer<typeof stormWindowSchema>;

export interface StormSettings {
  threshold: number;
  windowMs: number;
  maxImmediate: number;
  /** Critical alerts start at once, whatever the window says. */
  criticalBypasses: boolean;
}

/** A new alert before the rule. */
export interface Arrival {
  alertId: string;
  critical: boolean;
  /**
   * An interrupted attempt has made its job, which is not started. Where the alert is held now, the hold's triage
   * knows.
   */
  isMade?: boolean;
}

/** `isStorm`: the threshold is reached. `triaged`: it joins a storm whose session is there already. */
export type Admission =
  | { kind: 'start' }
  | { kind: 'hold'; stormId: string; isStorm: boolean }
  | { kind: 'triaged'; stormId: string };

export const emptyWindow: StormWindow = {
  arrivals: [],
  starts: [],
  latestMs: 0,
  stormId: null,
  heldMs: null,
  detectedMs: null,
  dispatchedMs: null,
  investigated: [],
};

/** Named one by one in the prompt of the storm's session. */
const MAX_INVESTIGATED = 20;
/**
 * A hold so old has lost its execution, whose time-out is shorter: without an end, the rule would hold alerts for ever.
 */
const ABANDONED_MS = stormLimits.holdSeconds * 2 * 1_000;
/** So long alerts join a storm at most: what comes later may have another cause, however steadily it comes. */
const LONGEST_MS = 3_600_000;

/**
 * Admits new alerts in their order. Fewer than `threshold` arrivals within the sliding window: starts while it has a
 * start left and nothing is held, else holds; from `threshold` on, a storm. An alert that arrived before gets its
 * earlier answer, and is not counted again. After dispatch alerts join the storm until the window was quiet once, for
 * an hour at most.
 */
export function admit(
  window: StormWindow,
  arrivals: Arrival[],
  settings: StormSettings,
  nowMs: number,
  ruleId: string,
): { window: StormWindow; admissions: Map<string, Admission> } {
  const atMs = Math.max(nowMs, window.latestMs);
  const admissions = new Map<string, Admission>();
  if (isSteady(window, arrivals, settings, atMs)) {
    for (const { alertId } of arrivals) admissions.set(alertId, joined(window, window.stormId ?? ''));
    return { window, admissions };
  }
  const hasNews = arrivals.some(({ alertId }) => earlier(window, alertId) === undefined);
  let current: StormWindow = { ...(hasNews ? renewed(window, settings, atMs) : window), latestMs: atMs };
  for (const arrival of arrivals) {
    const step = admitOne(current, arrival, settings, ruleId);
    admissions.set(arrival.alertId, step.admission);
    const isHeldJob = arrival.isMade && step.admission.kind === 'hold';
    current = pruned(isHeldJob ? investigating(step.window, arrival.alertId) : step.window, settings);
  }
  return { window: current, admissions };
}

/** In a storm the time of the last arrival is kept to the second: a hundred batches a second write it once. */
const STEADY_MS = 1_000;

/** All of them join a storm that goes on, and tell its window nothing that it does not know. */
function isSteady(window: StormWindow, arrivals: Arrival[], settings: StormSettings, atMs: number): boolean {
  if (window.stormId === null || window.detectedMs === null || renewed(window, settings, atMs) !== window) return false;
  if (atMs - (window.arrivals.at(-1)?.atMs ?? 0) >= STEADY_MS) return false;
  return arrivals.every(({ alertId, critical, isMade = false }) => {
    const before = earlier(window, alertId);
    return !isMade && !(critical && settings.criticalBypasses) && before !== 'start' && before !== 'bypass';
  });
}

/** No storm: arrivals and starts go on to count. */
export const endHold = (window: StormWindow): StormWindow => ({
  ...window,
  stormId: null,
  heldMs: null,
  detectedMs: null,
  dispatchedMs: null,
  investigated: [],
});

/** Without a storm that is over: dispatched, and quiet for a window since or an hour old; or left by its execution. */
function renewed(window: StormWindow, { windowMs }: StormSettings, atMs: number): StormWindow {
  const lastMs = Math.max(window.arrivals.at(-1)?.atMs ?? 0, window.dispatchedMs ?? 0);
  const { dispatchedMs } = window;
  const isOver = dispatchedMs !== null && (lastMs <= atMs - windowMs || dispatchedMs <= atMs - LONGEST_MS);
  const isAbandoned = window.heldMs !== null && window.dispatchedMs === null && window.heldMs <= atMs - ABANDONED_MS;
  return isOver || isAbandoned ? endHold(window) : window;
}

interface Step {
  window: StormWindow;
  admission: Admission;
}

function admitOne(window: StormWindow, arrival: Arrival, settings: StormSettings, ruleId: string): Step {
  const { alertId } = arrival;
  const before = earlier(window, alertId);
  if (before === 'bypass') return { window, admission: { kind: 'start' } };
  if (before === 'start')
    return { window: startedLater(window, alertId, window.latestMs), admission: { kind: 'start' } };
  if (before === 'hold' && window.stormId !== null) return { window, admission: joined(window, window.stormId) };
  const { latestMs: atMs } = window;
  const arrived = (verdict: 'start' | 'hold' | 'bypass'): StormWindow => arrivedAs(window, alertId, verdict);
  if (arrival.critical && settings.criticalBypasses) {
    return { window: investigating(detected(arrived('bypass'), settings), alertId), admission: { kind: 'start' } };
  }
  if (window.stormId !== null) {
    const next = detected(arrived('hold'), settings);
    return { window: next, admission: joined(next, window.stormId) };
  }
  const started = arrived('start');
  if (
    countOf(started, settings) < settings.threshold &&
    inWindow(window.starts, settings, atMs).length < settings.maxImmediate
  ) {
    return { window: { ...started, starts: [...window.starts, { alertId, atMs }] }, admission: { kind: 'start' } };
  }
  return held(arrived('hold'), alertId, settings, ruleId);
}

/** A start that was interrupted is made now, and counts from now. */
export const startedLater = (window: StormWindow, alertId: string, atMs: number): StormWindow => ({
  ...window,
  starts: [...window.starts.filter((each) => each.alertId !== alertId), { alertId, atMs }],
});

/** What was held for a hold that has ended is decided anew, and not counted anew. */
function arrivedAs(window: StormWindow, alertId: string, verdict: 'start' | 'hold' | 'bypass'): StormWindow {
  const before = window.arrivals.find((each) => each.alertId === alertId);
  if (!before) return { ...window, arrivals: [...window.arrivals, { alertId, atMs: window.latestMs, verdict }] };
  return { ...window, arrivals: window.arrivals.map((each) => (each === before ? { ...before, verdict } : each)) };
}

/** The first alert that is held: a storm has its name from it. */
function held(window: StormWindow, alertId: string, settings: StormSettings, ruleId: string): Step {
  const { latestMs: heldMs } = window;
  const stormId = stormIdOf(ruleId, alertId, heldMs);
  const bypassed = inWindow(window.arrivals, settings, heldMs).filter(({ verdict }) => verdict === 'bypass');
  const started = [...bypassed, ...inWindow(window.starts, settings, heldMs)].map((each) => each.alertId);
  const hold = { ...window, stormId, heldMs, investigated: started.slice(-MAX_INVESTIGATED) };
  const next = detected(hold, settings);
  return { window: next, admission: joined(next, stormId) };
}

const joined = ({ dispatchedMs, detectedMs }: StormWindow, stormId: string): Admission =>
  dispatchedMs === null ? { kind: 'hold', stormId, isStorm: detectedMs !== null } : { kind: 'triaged', stormId };

/** What is held is a storm once the threshold is reached. */
function detected(window: StormWindow, settings: StormSettings): StormWindow {
  const isStorm = window.stormId !== null && countOf(window, settings) >= settings.threshold;
  return isStorm ? { ...window, detectedMs: window.detectedMs ?? window.latestMs } : window;
}

/** What starts beside a hold is told to its session. */
export const investigating = (window: StormWindow, alertId: string): StormWindow =>
  window.stormId === null
    ? window
    : {
        ...window,
        investigated: [...window.investigated.filter((each) => each !== alertId), alertId].slice(-MAX_INVESTIGATED),
      };

const earlier = ({ starts, arrivals }: StormWindow, alertId: string): 'start' | 'hold' | 'bypass' | undefined =>
  starts.some((each) => each.alertId === alertId)
    ? 'start'
    : arrivals.find((each) => each.alertId === alertId)?.verdict;

const countOf = ({ arrivals, latestMs }: StormWindow, settings: StormSettings): number =>
  inWindow(arrivals, settings, latestMs).length;

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
