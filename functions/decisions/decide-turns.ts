import type { PauseSwitch } from '../domain/decision/pause-switch.ts';
import { decide, type RoutingVerdict } from '../domain/decision/routing.ts';
import { groupsOf, leavesToNextRule } from '../domain/relay-run/steps.ts';
import type { Rule } from '../domain/rule/rule.ts';
import type { Clock, DecisionStore } from '../ports.ts';
import { type ActDeps, type Acting, act } from './act.ts';
import { decideRule, type EntryRouting, forEachRouting, type RuleDecision } from './entry-routing.ts';

export interface DecideTurnsDeps extends ActDeps {
  decisions: Pick<DecisionStore, 'recordedReasons'>;
  clock: Pick<Clock, 'now'>;
}

/** The rules of one group that an alert has still before it, in their order. */
interface Turn {
  routing: EntryRouting;
  rules: Rule[];
}

/**
 * Decides each entry before each rule of its relay. All entries are of different alerts. Rules of a group have their turns
 * one after the other, those of all alerts and groups together, so that what is counted per rule is counted once.
 */
export async function decideTurns(
  deps: DecideTurnsDeps,
  routings: EntryRouting[],
  pauseSwitch: PauseSwitch | undefined,
): Promise<void> {
  for (const routing of routings) settleWithoutTurn(deps, routing, pauseSwitch);
  const open = routings.filter(hasTurns);
  await forEachRouting(open, itself, (routing) => settleStanding(deps, routing));
  let turns = open.flatMap((routing) => groupsOf(routing.relayRules.rules).map((rules): Turn => ({ routing, rules })));
  while (turns.length > 0) {
    const acting: Acting[] = [];
    for (const turn of turns) {
      const one = takeTurn(deps, turn, pauseSwitch);
      if (one) acting.push(one);
    }
    await act(deps, acting);
    turns = turns.flatMap(nextTurn);
  }
}

const itself = (routing: EntryRouting): EntryRouting => routing;

/** A firing entry of an alert that is open and not routed yet. */
const hasTurns = ({ entry, alert, error }: EntryRouting): boolean =>
  error === undefined &&
  entry.delivery.repeatOf === undefined &&
  entry.occurrence.status === 'firing' &&
  alert.resolvedAt === undefined &&
  alert.routedAt === undefined;

/** What does not depend on other rules: entries that concern nothing open, and rules that are switched off. */
function settleWithoutTurn(deps: DecideTurnsDeps, routing: EntryRouting, pauseSwitch: PauseSwitch | undefined): void {
  const { relayRules, entry } = routing;
  const concerned = hasTurns(routing);
  for (const rule of relayRules.rules) {
    if (concerned && rule.enabled) continue;
    if (entry.delivery.repeatOf !== undefined) {
      const sentence = `The sender sent delivery ${entry.delivery.repeatOf} once more; a repeat does nothing.`;
      decideRule(routing, rule, { reason: 'duplicate_delivery', sentence });
      continue;
    }
    const verdict = verdictOf(deps, routing, rule, pauseSwitch);
    if (verdict.kind === 'final') decideRule(routing, rule, verdict);
  }
}

/** What a first try has decided stands. */
async function settleStanding({ decisions }: DecideTurnsDeps, routing: EntryRouting): Promise<void> {
  const { isNew, alert, entry } = routing;
  if (isNew) return;
  routing.recordedReasons = await decisions.recordedReasons(
    alert.id,
    entry.delivery.deliveryId,
    entry.occurrence.status,
  );
  for (const rule of routing.relayRules.rules) {
    const reason = routing.recordedReasons.get(rule.id);
    if (reason !== undefined) decideRule(routing, rule, { reason, sentence: 'Decided before.', stands: true });
  }
}

/** Settles the first rule of a turn, or returns what it is to do. */
function takeTurn(deps: DecideTurnsDeps, turn: Turn, pauseSwitch: PauseSwitch | undefined): Acting | undefined {
  const { routing, rules } = turn;
  const [rule] = rules;
  if (!rule || routing.error !== undefined || routing.decided.has(rule.id)) return undefined;
  const verdict = verdictOf(deps, routing, rule, pauseSwitch);
  if (verdict.kind === 'final') decideRule(routing, rule, verdict);
  else if (rule.delayMinutes > 0)
    decideRule(routing, rule, scheduled(`has its turn ${rule.delayMinutes} min after the alert`));
  else return { routing, rule, action: verdict.action, sentence: verdict.sentence };
  return undefined;
}

/** The turn goes on where the rule has left the alert to the next; else what becomes of the rest of the group is said. */
function nextTurn({ routing, rules: [rule, ...rest] }: Turn): Turn[] {
  const decided = rule && routing.decided.get(rule.id);
  if (!decided || routing.error !== undefined || rest.length === 0) return [];
  if (leavesToNextRule(decided.reason)) return [{ routing, rules: rest }];
  for (const later of rest) {
    if (!routing.decided.has(later.id)) decideRule(routing, later, afterwards(decided, rule));
  }
  return [];
}

function afterwards({ reason }: RuleDecision, { name, group }: Rule): RuleDecision {
  if (reason === 'started' || reason === 'scheduled') {
    return scheduled(`has its turn in group "${group}" if rule "${name}" before it comes to no result`);
  }
  const sentence = `Rule "${name}", which comes before it in group "${group}", ended in ${reason}: the group stops there.`;
  return { reason: 'not_needed', sentence };
}

const scheduled = (when: string): RuleDecision => ({ reason: 'scheduled', sentence: `The rule ${when}.` });

function verdictOf(
  { clock }: DecideTurnsDeps,
  { entry, alert, relayRules }: EntryRouting,
  rule: Rule,
  pauseSwitch: PauseSwitch | undefined,
): RoutingVerdict {
  const { relay, integrationIds } = relayRules;
  return decide({ entry: entry.occurrence.status, alert, relay, rule, integrationIds, at: clock.now(), pauseSwitch });
}
