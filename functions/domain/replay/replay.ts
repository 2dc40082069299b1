import type { ReasonCode, ReasonCounts } from '../../contract/reason-codes.ts';
import type { Alert } from '../alert/alert.ts';
import { decideOpen } from '../decision/routing.ts';
import { type Expectation, expectationOf, type PastSession } from '../job/past-sessions.ts';
import type { Integration } from '../rule/integration.ts';
import type { Relay } from '../rule/relay.ts';
import type { AgentConfig, Rule } from '../rule/rule.ts';
import { readAction } from '../rule/rule-config.ts';
import { stormSettingsOf } from '../storm/storm-settings.ts';
import { isResolvedAt, replaySessions } from './replay-sessions.ts';
import { type ReplayStorms, replayStorms } from './replay-storms.ts';

export interface ReplayCase {
  /** A draft, as it would be stored. */
  rule: Rule;
  relay: Pick<Relay, 'name'>;
  integrations: ReadonlyMap<string, Integration>;
  /** Of the relay, oldest first. */
  alerts: Alert[];
  /** Sessions of the relay that have ended, newest first. */
  sessions: PastSession[];
}

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
  /** Of all sessions together; null: no session of the relay has a known cost. */
  estimatedCostUsd: Expectation['costUsd'];
}

/**
 * What a rule would have done with the alerts of its relay, had it been the only one: the decisions of routing in virtual
 * time. Each alert is started, called, taken up in a storm or suppressed: alerts = sessions of their own + calls + alerts of
 * storms + suppressed. Unknown are how its sessions would have ended: they are taken to be like those of the past.
 */
export function replay(replayed: ReplayCase): Replay {
  const { rule, alerts, sessions: past } = replayed;
  const read = readAction(rule);
  const config: AgentConfig | undefined = read.ok && read.action.type === 'agent' ? read.action.config : undefined;
  const expected = expectationOf(past, config?.config?.maxCostUsd);
  const sessions = replaySessions(config ?? {}, expected);
  const counts: ReasonCounts = {};
  const held = { alerts: 0, released: 0, inStorms: 0, suppressed: 0 };
  const came = (reason: ReasonCode, wasHeld = false) => {
    counts[reason] = (counts[reason] ?? 0) + 1;
    if (!wasHeld) return;
    held.alerts += 1;
    if (reason === 'storm_released') held.released += 1;
    else if (reason === 'storm_triaged') held.inStorms += 1;
    else held.suppressed += 1;
  };
  const storms =
    config && replayStorms(rule.id, stormSettingsOf(config), sessions, ({ reason, wasHeld }) => came(reason, wasHeld));

  for (const alert of alerts) {
    const atMs = Date.parse(alert.createdAt) + rule.delayMinutes * 60_000;
    storms?.advance(atMs);
    const reason = reasonOf(replayed, alert, atMs, storms);
    if (reason !== undefined) came(reason);
  }
  storms?.advance(Number.POSITIVE_INFINITY);

  const {
    started: _,
    storm_released: __,
    storm_triaged: inStorms = 0,
    webhook_called: wouldCall = 0,
    ...suppressed
  } = counts;
  return {
    alerts: alerts.length,
    wouldStart: sessions.count(),
    wouldCall,
    held,
    storms: { ...(storms?.count() ?? { count: 0, sessions: 0 }), alerts: inStorms },
    suppressed,
    estimatedCostUsd: totalOf(expected.costUsd, sessions.count()),
  };
}

/** Undefined: storm control has it, and says what it comes to. */
function reasonOf(
  { rule, relay, integrations }: ReplayCase,
  alert: Alert,
  atMs: number,
  storms: ReplayStorms | undefined,
): ReasonCode | undefined {
  if (isResolvedAt(alert, atMs)) return 'resolved';
  const verdict = decideOpen({ alert, relay, rule, integrations, at: new Date(atMs), turned: undefined });
  if (verdict.kind === 'final') return verdict.reason;
  if (!storms) return 'webhook_called';
  storms.arrive(alert, atMs);
  return undefined;
}

const totalOf = (one: Expectation['costUsd'], sessions: number): Expectation['costUsd'] =>
  one && { low: one.low * sessions, median: one.median * sessions, high: one.high * sessions };
