import type { ReasonCode } from '../contract/reason-codes.ts';
import type { Alert } from '../domain/alert/alert.ts';
import { alertOf, type Entry } from '../domain/alert/delivered-entry.ts';
import type { Rule } from '../domain/rule/rule.ts';
import { forEachAtOnce } from '../domain/task/at-once.ts';
import type { RelayRules } from './relay-rules.ts';
import type { RuleDecision } from './rule-decision.ts';

/** An entry on its way through routing. */
export interface Passage {
  entry: Entry;
  relayRules: RelayRules;
  /** As it is to be decided on. */
  alert: Alert;
  /** Made by this routing: nothing is known of it yet. */
  isNew: boolean;
  /** Its decisions are the alert's own; else it is counted beside them. */
  routes: boolean;
  /** By rule. */
  settled: Map<string, RuleDecision>;
  /** By rule, what an earlier try has decided; also of rules that are not there any more. */
  standing: ReadonlyMap<string, ReasonCode>;
  /** Why the delivery has to come again. */
  error?: unknown;
}

/** Before anything is known of its alert. */
export const passageOf = (entry: Entry, relayRules: RelayRules): Passage => ({
  entry,
  relayRules,
  alert: alertOf(entry, entry.alertId),
  isNew: false,
  routes: false,
  settled: new Map(),
  standing: new Map(),
});

/** Work on a few things at once, each of which may fail by itself: then its passage is marked, and the others go on. */
export async function forEachPassage<Item>(
  items: Iterable<Item>,
  ownerOf: (item: Item) => Passage,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  await forEachAtOnce(items, AT_ONCE, async (item) => {
    const passage = ownerOf(item);
    try {
      await work(item);
    } catch (error) {
      passage.error ??= error;
    }
  });
}

/**
 * A new alert takes five to twelve calls of some 5 ms. 10 deliveries of 1,000 new alerts are then 16 s of the function's
 * 90 s; what does not get through StartExecution's quota comes again with its message.
 */
const AT_ONCE = 32;

export const settle = (passage: Passage, rule: Rule, settled: RuleDecision): void =>
  void passage.settled.set(rule.id, settled);
