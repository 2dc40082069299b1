import type { ReasonCode } from '../contract/reason-codes.ts';
import type { Alert } from '../domain/alert/alert.ts';
import type { DeliveredEntry } from '../domain/alert/delivered-entry.ts';
import type { Rule } from '../domain/rule/rule.ts';
import type { NewAlert } from './new-alert.ts';
import type { News } from './news.ts';
import type { RelayRules } from './relay-rules.ts';
import type { Retry } from './retries.ts';
import type { RuleDecision } from './rule-decision.ts';

/** One entry of a delivery, and what the rules of its relay are to know of it. */
export interface EntryRouting {
  entry: DeliveredEntry;
  relayRules: RelayRules;
  /** As it is to be decided on. */
  alert: Alert;
  /** Of an alert that is not there yet: nothing is known of it, and nothing has begun for it. */
  fresh?: NewAlert | undefined;
  /** Its decisions are the alert's own; else it is counted beside them. */
  routes: boolean;
  /** By rule, what an interrupted attempt has recorded; also of rules that are not there any more. */
  recordedReasons: ReadonlyMap<string, ReasonCode>;
  /** Of an alert that was routed before; `alert` has it. */
  news?: News | undefined;
  /** Of such an alert, by rule: what is tried again. */
  retries?: ReadonlyMap<string, Retry> | undefined;
}

/** By rule, what each of a relay's rules did with an entry. */
export type RuleDecisions = ReadonlyMap<string, RuleDecision>;

/** An entry that every rule of its relay has decided on. */
export interface DecidedEntry {
  routing: EntryRouting;
  decisions: RuleDecisions;
}

/** Whether rules may act on the entry: it fires, and its alert is open and not routed yet. */
export const mayAct = ({ entry, alert }: Pick<EntryRouting, 'entry' | 'alert'>): boolean =>
  entry.delivery.repeatOf === undefined &&
  entry.occurrence.status === 'firing' &&
  alert.resolvedAt === undefined &&
  alert.routedAt === undefined;

/** Whether this rule may: also one that is asked again, because it was not for the alert, or its session failed. */
export const mayActBy = (routing: EntryRouting, { id }: Pick<Rule, 'id'>): boolean =>
  mayAct(routing) || (routing.news?.rules.has(id) ?? false) || (routing.retries?.has(id) ?? false);

/** Names an entry of a delivery among those of its alert, of which there may be several with starts of their own. */
export const entryName = ({ alertId, occurrence }: DeliveredEntry, alert: Pick<Alert, 'id'>): string =>
  alertId === alert.id ? occurrence.status : `${occurrence.status}#${alertId}`;
