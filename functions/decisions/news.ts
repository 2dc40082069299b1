import type { ReasonCode } from '../contract/reason-codes.ts';
import type { Alert } from '../domain/alert/alert.ts';
import type { DeliveredEntry } from '../domain/alert/delivered-entry.ts';
import { saysSame, withNews } from '../domain/alert/news.ts';
import { asksCatalogue as configAsksCatalogue } from '../domain/decision/choose-entry.ts';
import { isFor } from '../domain/decision/routing.ts';
import type { Rule } from '../domain/rule/rule.ts';
import { readConfig } from '../domain/rule/rule-config.ts';
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

/**
 * Undefined where the entry says nothing new that people or rules would see. A repeat says the same, and a rule that
 * had no service for the alert is asked again where the catalogue has an entry by now.
 */
export async function newsOf(
  deps: NewsDeps,
  entry: DeliveredEntry,
  stored: Alert,
  { rules, catalogue }: Pick<RelayRules, 'rules' | 'catalogue'>,
): Promise<News | undefined> {
  const alert = withNews(entry, stored);
  if (!alert) return undefined;
  const at = deps.clock.now();
  const now = rules.filter((rule) => rule.enabled && isFor(rule, catalogue, alert, at));
  const changed = now.filter((rule) => !isFor(rule, catalogue, stored, at));
  const isSince = catalogue !== undefined && isLater(catalogue.createdAt, alert.routedAt);
  // Only rules that ask the catalogue have ever had no service.
  const since = isSince ? now.filter((rule) => !changed.includes(rule) && asksCatalogue(rule)) : [];
  const candidates: AskedAgain[] = [
    ...changed.map((rule) => ({ rule, after: ['not_matched', 'no_service'] as const })),
    ...since.map((rule) => ({ rule, after: ['no_service'] as const })),
  ];
  const asked = candidates.length === 0 ? new Set<string>() : await unserved(deps, entry, alert.id, candidates, rules);
  const isTold = changed.length > 0 || asked.size > 0 || !saysSame(stored, alert);
  return isTold ? { alert, rules: asked } : undefined;
}

/** A rule that is for the alert by now, and what it said before where it is asked again. */
interface AskedAgain {
  rule: Rule;
  after: readonly ReasonCode[];
}

/** By when it was routed, it was decided by a version before. */
const isLater = (at: string, routedAt: string | undefined): boolean =>
  routedAt !== undefined && Date.parse(at) > Date.parse(routedAt);

function asksCatalogue(rule: Rule): boolean {
  const read = readConfig(rule);
  return read.ok && configAsksCatalogue(read.config);
}

/** Of the rules, those that said they were not for the alert; none of a group in which another rule did something. */
async function unserved(
  { decisions }: NewsDeps,
  { delivery }: DeliveredEntry,
  alertId: string,
  candidates: AskedAgain[],
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
  const said = candidates.filter(({ rule: { id }, after }) =>
    (reasonsOf.get(id) ?? []).some(({ reason }) => after.includes(reason)),
  );
  const asked = said.filter(({ rule }) => isIdle(rule) && isOpen(rule.group));
  return new Set(asked.map(({ rule }) => rule.id));
}
