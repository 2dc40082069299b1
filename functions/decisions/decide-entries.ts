import type { PauseSwitch } from '../domain/decision/pause-switch.ts';
import { decide, decideOpen, type RoutingVerdict } from '../domain/decision/routing.ts';
import { groupsOf, leavesToNextRule } from '../domain/relay-run/steps.ts';
import type { Rule } from '../domain/rule/rule.ts';
import type { Attempt, Attempted } from './attempt.ts';
import { type EntryRouting, mayAct, mayActBy, type RuleDecisions } from './entry-routing.ts';
import { type ActionDeps, type ActionResult, type DueAction, executeActions } from './execute-actions.ts';
import type { RuleDecision } from './rule-decision.ts';

/** How far an entry is: what is decided, and the rules that each group has still before it, in their order. */
interface Progress {
  routing: EntryRouting;
  decisions: RuleDecisions;
  groups: Rule[][];
  /** Why the delivery has to come again. No further rule is asked. */
  failure?: Attempt<never>;
}

/**
 * Decides each entry before each rule of its relay. All entries are of different alerts. Rules of a group are asked one
 * after the other, the next ones of all entries and groups together, so that what is counted per rule is counted once.
 * Idempotent.
 */
export async function decideEntries(
  deps: ActionDeps,
  routings: EntryRouting[],
  pauseSwitch: PauseSwitch | undefined,
): Promise<Attempted<EntryRouting, RuleDecisions>[]> {
  const verdict = (routing: EntryRouting, rule: Rule) => verdictOf(routing, rule, deps.clock.now(), pauseSwitch);
  let entries = routings.map((routing) => begun(routing, verdict));
  while (entries.some(({ groups }) => groups.length > 0)) {
    const asked = entries.map((progress) => askNext(progress, verdict));
    const done = await executeActions(
      deps,
      asked.flatMap(({ actions }) => actions),
    );
    const resultsOf = Map.groupBy(done, ({ item }) => item.routing);
    entries = asked.map(({ progress }) => advance(progress, resultsOf.get(progress.routing) ?? []));
  }
  return entries.map(({ routing: item, decisions: value, failure }) => ({
    item,
    result: failure ?? { ok: true, value },
  }));
}

type VerdictOf = (routing: EntryRouting, rule: Rule) => RoutingVerdict;

function verdictOf(
  { entry, alert, news, retries, relayRules: { relay, integrations, catalogue } }: EntryRouting,
  rule: Rule,
  at: Date,
  pauseSwitch: PauseSwitch | undefined,
): RoutingVerdict {
  const asked = { alert, relay, rule, integrations, catalogue, at, pauseSwitch };
  const retry = retries?.get(rule.id);
  // What is paused is tried again by a later repeat: it was routed, so no replay waits for it.
  if (retry && !pauseSwitch?.paused) return withSentence(decideOpen(asked), retry.sentence);
  return news?.rules.has(rule.id) ? decideOpen(asked) : decide({ ...asked, entry: entry.occurrence.status });
}

const withSentence = (verdict: RoutingVerdict, sentence: string): RoutingVerdict =>
  verdict.kind === 'act' ? { ...verdict, sentence } : verdict;

function begun(routing: EntryRouting, verdict: VerdictOf): Progress {
  const { rules } = routing.relayRules;
  const decisions = rules.flatMap((rule) => {
    const decision = recorded(routing, rule) ?? withoutAction(routing, rule, verdict);
    return decision ? [[rule.id, decision] as const] : [];
  });
  return { routing, decisions: new Map(decisions), groups: groupsOf(rules.filter((rule) => mayActBy(routing, rule))) };
}

/** What an interrupted attempt has recorded is final. */
function recorded({ recordedReasons }: EntryRouting, { id }: Rule): RuleDecision | undefined {
  const reason = recordedReasons.get(id);
  return reason && { reason, sentence: 'Decided before.' };
}

/** What does not depend on other rules: entries that concern nothing open, and rules that are switched off. */
function withoutAction(routing: EntryRouting, rule: Rule, verdict: VerdictOf): RuleDecision | undefined {
  const { repeatOf } = routing.entry.delivery;
  if (repeatOf !== undefined) {
    const sentence = `The sender sent delivery ${repeatOf} once more; a repeat does nothing.`;
    return { reason: 'duplicate_delivery', sentence };
  }
  return mayActBy(routing, rule) && rule.enabled ? undefined : finalOf(verdict(routing, rule));
}

const finalOf = (verdict: RoutingVerdict): RuleDecision | undefined =>
  verdict.kind === 'final' ? { reason: verdict.reason, sentence: verdict.sentence } : undefined;

/** Asks the first rule of each group: it decides by itself, or has something to do. */
function askNext(progress: Progress, verdict: VerdictOf): { progress: Progress; actions: DueAction[] } {
  const { routing } = progress;
  const decisions = new Map(progress.decisions);
  const actions: DueAction[] = [];
  for (const [rule] of progress.groups) {
    if (!rule || decisions.has(rule.id)) continue;
    const answer = verdict(routing, rule);
    if (answer.kind === 'final') decisions.set(rule.id, { reason: answer.reason, sentence: answer.sentence });
    else if (rule.delayMinutes > 0 && mayAct(routing)) {
      decisions.set(rule.id, scheduled(`has its turn ${rule.delayMinutes} min after the alert`));
    } else actions.push({ routing, rule, action: answer.action, sentence: answer.sentence });
  }
  return { progress: { ...progress, decisions }, actions };
}

/** With what its rules have done. An entry that failed goes no further: its delivery comes again. */
function advance(progress: Progress, done: ActionResult[]): Progress {
  const decisions = new Map(progress.decisions);
  for (const { item, result } of done) {
    if (!result.ok) return { ...progress, groups: [], failure: result };
    decisions.set(item.rule.id, result.value);
  }
  const groups = progress.groups.flatMap((rules) => restOf(rules, decisions));
  for (const rules of progress.groups) {
    for (const [id, decision] of endOf(progress.routing, rules, decisions))
      if (!decisions.has(id)) decisions.set(id, decision);
  }
  return { ...progress, decisions, groups };
}

/** The rules of a group that are asked next: none where the first has not left the alert to them. */
function restOf([rule, ...rest]: Rule[], decisions: RuleDecisions): Rule[][] {
  const decision = rule && decisions.get(rule.id);
  return decision && rest.length > 0 && leavesToNextRule(decision.reason) ? [rest] : [];
}

/** What is decided of the rules behind one that does not leave the alert to them. */
function endOf(routing: EntryRouting, [rule, ...rest]: Rule[], decisions: RuleDecisions): [string, RuleDecision][] {
  const decision = rule && decisions.get(rule.id);
  if (!decision || leavesToNextRule(decision.reason)) return [];
  return rest.map(({ id }) => [id, afterwards(routing, decision, rule)]);
}

function afterwards(routing: EntryRouting, { reason }: RuleDecision, { name, group }: Rule): RuleDecision {
  // The run that would have a step for them is that of the alert's beginning.
  if (mayAct(routing) && (reason === 'started' || reason === 'scheduled')) {
    return scheduled(`has its turn in group "${group}" if rule "${name}" before it comes to no result`);
  }
  const sentence = `Rule "${name}", which comes before it in group "${group}", ended in ${reason}: the group stops there.`;
  return { reason: 'not_needed', sentence };
}

const scheduled = (when: string): RuleDecision => ({ reason: 'scheduled', sentence: `The rule ${when}.` });
