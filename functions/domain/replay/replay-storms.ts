import type { ReasonCode } from '../../contract/reason-codes.ts';
import type { Alert } from '../alert/alert.ts';
import { normalisedTitle } from '../alert/title.ts';
import { byImportance } from '../storm/storm-cause.ts';
import { endHoldOf, giveBack, markDispatched, nextStep, release } from '../storm/storm-course.ts';
import { admit, emptyWindow, type StormSettings, type StormWindow } from '../storm/storm-window.ts';
import { isResolvedAt, type ReplaySessions } from './replay-sessions.ts';

/** What an alert came to: a session of its own, `storm_triaged`, or why it has none. `wasHeld` by storm control first. */
export type Came = { reason: ReasonCode; wasHeld: boolean };

export interface ReplayStorms {
  /** An alert that the rule may act on, in the order of time. */
  arrive(alert: Alert, atMs: number): void;
  /** Lets everything happen that is due until then; what is held at `Infinity` goes its way. */
  advance(untilMs: number): void;
  /** Storms whose alerts one session took up, and those of them that had a session of their own for it. */
  count(): { count: number; sessions: number };
}

interface Held {
  alert: Alert;
}

/** Storm control of one rule in virtual time: the window and the course of storms are those of routing. */
export function replayStorms(
  ruleId: string,
  settings: StormSettings,
  sessions: ReplaySessions,
  came: (outcome: Came) => void,
): ReplayStorms {
  let window: StormWindow = emptyWindow;
  let held: Held[] = [];
  /** When the next held alert may go. */
  let freeMs = 0;
  let count = 0;
  let own = 0;

  const start = (alert: Alert, atMs: number, wasHeld: boolean): boolean => {
    const reason = isResolvedAt(alert, atMs) ? 'resolved' : sessions.begin(alert, atMs);
    came({ reason: reason === 'started' && wasHeld ? 'storm_released' : reason, wasHeld });
    return reason === 'started';
  };

  /** False: nothing is due until then. */
  const letGo = (stormId: string, untilMs: number): boolean => {
    const atMs = Math.max((window.heldMs ?? 0) + settings.windowMs, freeMs);
    if (atMs > untilMs) return false;
    const [first] = held;
    if (!first) {
      window = endHoldOf(window, stormId) ?? window;
      return false;
    }
    const released = release(window, first.alert.id, settings, atMs);
    if (!released.ok) {
      freeMs = released.freeAtMs;
      return true;
    }
    held = held.slice(1);
    window = start(first.alert, atMs, true) ? released.window : giveBack(released.window, first.alert.id);
    return true;
  };

  const triage = (stormId: string, atMs: number): void => {
    const startedBefore = sessions.count();
    const reason = reasonOfStorm(held, sessions, atMs);
    if (reason === 'storm_triaged') count += 1;
    own += sessions.count() - startedBefore;
    for (const _ of held) came({ reason, wasHeld: true });
    held = [];
    const next = reason === 'storm_triaged' ? markDispatched(window, stormId, atMs) : endHoldOf(window, stormId);
    window = next ?? window;
  };

  /** One thing that is due until then; false: there is none. */
  const advanceOnce = (untilMs: number): boolean => {
    const { stormId, detectedMs } = window;
    if (stormId === null) return false;
    const step = nextStep(window, stormId, detectedMs ?? 0);
    if (step.kind === 'holding') return letGo(stormId, untilMs);
    if (step.kind !== 'collecting' || step.untilMs > untilMs) return false;
    triage(stormId, step.untilMs);
    return true;
  };

  return {
    arrive(alert, atMs) {
      const arrival = { alertId: alert.id, critical: alert.severity === 'critical' };
      const admitted = admit(window, [arrival], settings, atMs, ruleId);
      window = admitted.window;
      const admission = admitted.admissions.get(alert.id);
      if (admission?.kind === 'hold') held = [...held, { alert }];
      else if (admission?.kind === 'triaged') came({ reason: 'storm_triaged', wasHeld: false });
      else if (!start(alert, atMs, false)) window = giveBack(window, alert.id);
    },
    advance(untilMs) {
      while (advanceOnce(untilMs));
    },
    count: () => ({ count, sessions: own }),
  };
}

/** As triage has it: nothing where all is over, or all of one title that a session works on; else one session for all of it. */
function reasonOfStorm(held: Held[], sessions: ReplaySessions, atMs: number): ReasonCode {
  const active = byImportance(held.map(({ alert }) => alert).filter((alert) => !isResolvedAt(alert, atMs)));
  const [first] = active;
  if (!first) return 'resolved';
  const titles = new Set(active.map(({ title }) => normalisedTitle(title)));
  if (titles.size === 1 && sessions.hasTitle(first.title, atMs)) return 'storm_triaged';
  return sessions.beginStorm(first, atMs) === 'budget' ? 'budget' : 'storm_triaged';
}
