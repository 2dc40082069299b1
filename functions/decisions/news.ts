import type { ReasonCode } from '../contract/reason-codes.ts';
import type { Alert } from '../domain/alert/alert.ts';
import type { DeliveredEntry } from '../domain/alert/delivered-entry.ts';
import { saysSame, withNews } from '../domain/alert/news.ts';
import { isFor } from '../domain/decision/routing.ts';
import type { Rule } from '../domain/rule/rule.ts';
import type { Clock, DecisionStore } from '../ports.ts';
import type { RelayRules } from './relay-rules.ts';

export interface NewsDeps {
  decisions: Pick<DecisionStore, 'listByAlert'>;
  clock: Pick<Clock, 'now'>;
}

/** What an entry tells anew of an alert that is open and was routed. */
export interface News {
  /** In the newest words. */
  alert: Alert;
  /** Ids of the rules that are asked again: they were not for the alert, and are for what it has become. */
  rules: ReadonlySet<string>;
}

/** Reasons that say nothing of whether a rule has done something for the alert. */
const idle: readonly ReasonCode[] = [
  'not_matched',
  'no_service',
  'duplicate_delivery',
  'duplicate_alert',
  'update',
  'acknowledged',
  'unknown_state',
  'test',
];

/** Undefined where the entry says nothing new that people or rules would see. */
export async function newsOf(
  deps: NewsDeps,
  entry: DeliveredEntry,
  stored: Alert,
  { rules, catalogue }: Pick<RelayRules, 'rules' | 'catalogue'>,
): Promise<News | undefined> {
  const alert = withNews(entry, stored);
  if (!alert) return undefined;
  const at = deps.clock.now();
  const isNow = (rule: Rule) => isFor(rule, catalogue, alert, at);
  const changed = rules.filter((rule) => rule.enabled && !isFor(rule, catalogue, stored, at) && isNow(rule));
  if (changed.length === 0) return saysSame(stored, alert) ? undefined : { alert, rules: new Set() };
  return { alert, rules: await unmatched(deps, entry, alert.id, changed, rules) };
}

/** Of the rules, those that said they were not for the alert; none of a group in which another rule did something. */
async function unmatched(
  { decisions }: NewsDeps,
  { delivery }: DeliveredEntry,
  alertId: string,
  changed: Rule[],
  rules: Rule[],
): Promise<Set<string>> {
  const known = await decisions.listByAlert(alertId);
  // Those of this very delivery are of an attempt that was interrupted.
  const before = known.filter(({ lastDeliveryId, count }) => lastDeliveryId !== delivery.deliveryId || count > 1);
  const reasonsOf = Map.groupBy(before, ({ ruleId }) => ruleId);
  const isIdle = ({ id }: Rule) => (reasonsOf.get(id) ?? []).every(({ reason }) => idle.includes(reason));
  const isOpen = (group: string) => rules.every((rule) => rule.group !== group || isRefused(rule) || isIdle(rule));
  const isRefused = ({ id }: Rule) =>
    (reasonsOf.get(id) ?? []).every(({ reason }) => reason === 'rule_disabled' || reason === 'invalid_rule');
  const wasNotFor = (reason: ReasonCode) => reason === 'not_matched' || reason === 'no_service';
  const said = changed.filter(({ id }) => (reasonsOf.get(id) ?? []).some(({ reason }) => wasNotFor(reason)));
  return new Set(said.filter((rule) => isIdle(rule) && isOpen(rule.group)).map(({ id }) => id));
}
