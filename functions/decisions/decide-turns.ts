import { decide, type RoutingVerdict } from '../domain/decision/routing.ts';
import type { Switch } from '../domain/decision/switch.ts';
import { goesOn, groupsOf } from '../domain/relay-run/turns.ts';
import type { Rule } from '../domain/rule/rule.ts';
import type { Clock, DecisionStore } from '../ports.ts';
import { type ActDeps, type Acting, act } from './act.ts';
import { forEachPassage, type Passage, settle } from './passage.ts';
import type { RuleDecision } from './rule-decision.ts';

export interface DecideTurnsDeps extends ActDeps {
  decisions: Pick<DecisionStore, 'standing'>;
  clock: Pick<Clock, 'now'>;
}

/** The rules of one group that an alert has still before it, in their order. */
interface Turn {
  passage: Passage;
  rules: Rule[];
}

/**
 * Decides each entry before each rule of its relay. All entries are of different alerts. Rules of a group have their turns
 * one after the other, those of all alerts and groups together, so that what is counted per rule is counted once.
 */
export async function decideTurns(
  deps: DecideTurnsDeps,
  passages: Passage[],
  turned: Switch | undefined,
): Promise<void> {
  for (const passage of passages) settleWithoutTurn(deps, passage, turned);
  const open = passages.filter(hasTurns);
  await forEachPassage(open, itself, (passage) => settleStanding(deps, passage));
  let turns = open.flatMap((passage) => groupsOf(passage.relayRules.rules).map((rules): Turn => ({ passage, rules })));
  while (turns.length > 0) {
    const acting: Acting[] = [];
    for (const turn of turns) {
      const one = takeTurn(deps, turn, turned);
      if (one) acting.push(one);
    }
    await act(deps, acting);
    turns = turns.flatMap(nextTurn);
  }
}

const itself = (passage: Passage): Passage => passage;

/** A firing entry of an alert that is open and not routed yet. */
const hasTurns = ({ entry, alert, error }: Passage): boolean =>
  error === undefined &&
  entry.delivery.repeatOf === undefined &&
  entry.occurrence.status === 'firing' &&
  alert.resolvedAt === undefined &&
  alert.routedAt === undefined;

/** What does not depend on other rules: entries that concern nothing open, and rules that are switched off. */
function settleWithoutTurn(deps: DecideTurnsDeps, passage: Passage, turned: Switch | undefined): void {
  const { relayRules, entry } = passage;
  const concerned = hasTurns(passage);
  for (const rule of relayRules.rules) {
    if (concerned && rule.enabled) continue;
    if (entry.delivery.repeatOf !== undefined) {
      const sentence = `The sender sent delivery ${entry.delivery.repeatOf} once more; a repeat does nothing.`;
      settle(passage, rule, { reason: 'duplicate_delivery', sentence });
      continue;
    }
    const verdict = verdictOf(deps, passage, rule, turned);
    if (verdict.kind === 'final') settle(passage, rule, verdict);
  }
}

/** What a first try has decided stands. */
async function settleStanding({ decisions }: DecideTurnsDeps, passage: Passage): Promise<void> {
  const { isNew, alert, entry } = passage;
  if (isNew) return;
  passage.standing = await decisions.standing(alert.id, entry.delivery.deliveryId, entry.occurrence.status);
  for (const rule of passage.relayRules.rules) {
    const reason = passage.standing.get(rule.id);
    if (reason !== undefined) settle(passage, rule, { reason, sentence: 'Decided before.' });
  }
}

/** Settles the first rule of a turn, or returns what it is to do. */
function takeTurn(deps: DecideTurnsDeps, turn: Turn, turned: Switch | undefined): Acting | undefined {
  const { passage, rules } = turn;
  const [rule] = rules;
  if (!rule || passage.error !== undefined || passage.settled.has(rule.id)) return undefined;
  const verdict = verdictOf(deps, passage, rule, turned);
  if (verdict.kind === 'final') settle(passage, rule, verdict);
  else if (rule.delayMinutes > 0)
    settle(passage, rule, scheduled(`has its turn ${rule.delayMinutes} min after the alert`));
  else return { passage, rule, action: verdict.action, sentence: verdict.sentence };
  return undefined;
}

/** The turn goes on where the rule has left the alert to the next; else what becomes of the rest of the group is said. */
function nextTurn({ passage, rules: [rule, ...rest] }: Turn): Turn[] {
  const settled = rule && passage.settled.get(rule.id);
  if (!settled || passage.error !== undefined || rest.length === 0) return [];
  if (goesOn(settled.reason)) return [{ passage, rules: rest }];
  for (const later of rest) {
    if (!passage.settled.has(later.id)) settle(passage, later, afterwards(settled, rule));
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
  { entry, alert, relayRules }: Passage,
  rule: Rule,
  turned: Switch | undefined,
): RoutingVerdict {
  const { relay, integrations } = relayRules;
  return decide({ entry: entry.occurrence.status, alert, relay, rule, integrations, at: clock.now(), turned });
}
