import type { DeliveredEntry } from '../domain/alert/delivered-entry.ts';
import { decide } from '../domain/decision/routing.ts';
import type { Rule } from '../domain/rule/rule.ts';
import type { Clock, DecisionStore } from '../ports.ts';
import { attemptEach } from './attempt.ts';
import { entryName } from './entry-routing.ts';
import { newDecision, type RoutedEntry } from './record-entry.ts';

interface RepeatDeps {
  decisions: Pick<DecisionStore, 'recordRepeats'>;
  clock: Pick<Clock, 'now'>;
}

/**
 * Whether an entry only says once more what the one before it said, in the same batch: then nothing has to be looked up
 * for it, once that one has left an alert that is open and routed.
 */
export const isRepeatOf = (entry: DeliveredEntry, before: DeliveredEntry): boolean =>
  entry.occurrence.status === 'firing' &&
  entry.alertId === before.alertId &&
  entry.delivery.webhookId === before.delivery.webhookId &&
  entry.delivery.repeatOf === undefined &&
  JSON.stringify(entry.occurrence) === JSON.stringify(before.occurrence);

/** Decides on the repeats of an entry that was just routed, all at once. Idempotent. */
export async function recordRepeats(
  deps: RepeatDeps,
  { open, alertId }: RoutedEntry,
  repeats: DeliveredEntry[],
): Promise<RoutedEntry[]> {
  const [last] = repeats.slice(-1);
  if (!open || !last) return [];
  const decided = await attemptEach(open.relayRules.rules, (rule) => recordRule(deps, open, rule, repeats, last));
  const failed = decided.find(({ result }) => !result.ok)?.result;
  const error = failed?.ok === false ? failed.error : undefined;
  return repeats.map((entry, index) => {
    const decisions = decided.flatMap(({ result }) => (result.ok ? (result.value[index] ?? []) : []));
    return { entry, alertId, decisions, isRouted: false, error };
  });
}

/** What the rule says of each. */
async function recordRule(
  { decisions, clock }: RepeatDeps,
  { alert, relayRules }: NonNullable<RoutedEntry['open']>,
  rule: Rule,
  repeats: DeliveredEntry[],
  last: DeliveredEntry,
): Promise<RoutedEntry['decisions']> {
  const { relay, integrations, catalogue } = relayRules;
  const at = clock.now();
  const verdict = decide({ entry: 'firing', alert, relay, rule, integrations, catalogue, at, pauseSwitch: undefined });
  if (verdict.kind !== 'final') throw new Error(`Alert ${alert.id} was routed, and rule ${rule.id} acts on it`);
  const { reason, sentence } = verdict;
  const decision = newDecision({ alert, entry: last, relayRules }, rule.id, { reason, sentence }, at.toISOString());
  const entries = repeats.map((entry) => ({
    deliveryId: entry.delivery.deliveryId,
    entry: entryName(entry, alert),
  }));
  const recorded = await decisions.recordRepeats(decision, entries);
  return recorded.map((each) => ({ ruleId: rule.id, sentence, ...each }));
}
