import type { ReasonCode, ReasonCounts } from '../../contract/reason-codes.ts';
import type { Expectation } from '../job/past-sessions.ts';

export interface Replay {
  alerts: number;
  /** Sessions, with those of storms; 0 for a webhook rule. */
  wouldStart: number;
  /** Requests of a webhook rule. */
  wouldCall: number;
  /** By storm control: how many had a session of their own after all, were taken up in storms, or came to nothing. */
  held: { alerts: number; released: number; inStorms: number; suppressed: number };
  /** Each with one session, unless one was at work on their title already. `alerts`: with those that came after it. */
  storms: { count: number; sessions: number; alerts: number };
  /** Alerts that would have started nothing, by reason. */
  suppressed: ReasonCounts;
  /** Sessions by the entry of the catalogue that would have sent them; empty where the rule asks none. */
  byEntry: Record<string, number>;
  /** Of all sessions together; null: no session of the relay has a known cost. */
  estimatedCostUsd: Expectation['costUsd'];
}

/** What one alert came to, and whether storm control held it before. */
export interface AlertOutcome {
  reason: ReasonCode;
  wasHeld: boolean;
}

interface ReplayOutcome {
  alerts: AlertOutcome[];
  /** Sessions that started, of single alerts and of storms. */
  started: { isStorm: boolean; entry?: string | undefined }[];
  /** Storms whose alerts a session took up. */
  storms: number;
  /** Of one session. */
  costUsd: Expectation['costUsd'];
}

/**
 * Each alert is started, called, taken up in a storm or suppressed: alerts = sessions of their own + calls + alerts of
 * storms + suppressed.
 */
export function replayOf({ alerts, started, storms, costUsd }: ReplayOutcome): Replay {
  const countsOf = (outcomes: AlertOutcome[]): ReasonCounts => {
    const byReason = Map.groupBy(outcomes, ({ reason }) => reason);
    return Object.fromEntries([...byReason].map(([reason, each]) => [reason, each.length]));
  };
  const held = alerts.filter(({ wasHeld }) => wasHeld);
  const { storm_released: released = 0, storm_triaged: heldInStorms = 0 } = countsOf(held);
  const {
    started: _,
    storm_released: __,
    storm_triaged: inStorms = 0,
    webhook_called: wouldCall = 0,
    ...suppressed
  } = countsOf(alerts);
  return {
    alerts: alerts.length,
    wouldStart: started.length,
    wouldCall,
    held: {
      alerts: held.length,
      released,
      inStorms: heldInStorms,
      suppressed: held.length - released - heldInStorms,
    },
    storms: { count: storms, sessions: started.filter(({ isStorm }) => isStorm).length, alerts: inStorms },
    suppressed,
    byEntry: countsBy(started.flatMap(({ entry }) => entry ?? [])),
    estimatedCostUsd: costUsd && {
      low: costUsd.low * started.length,
      median: costUsd.median * started.length,
      high: costUsd.high * started.length,
    },
  };
}

const countsBy = (names: string[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, each]) => [name, each.length]));
