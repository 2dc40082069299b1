import { limits } from '../../../contract/limits.ts';
import type { Rule } from '../../../domain/rule/rule.ts';
import type { RuleStore } from '../../../ports.ts';
import { conflict } from '../change.ts';
import type { ApiRefusal } from '../refusal.ts';

/** A relay run has a step for each of its relay's rules. */
const MAX_RULES = limits.relayRunTurns;

/** Refuses a rule that would be one too many; one that is there already is not. */
export async function roomProblem(
  { rules }: { rules: Pick<RuleStore, 'listByRelay'> },
  { relayId, id }: Pick<Rule, 'relayId' | 'id'>,
): Promise<ApiRefusal | undefined> {
  const others = (await rules.listByRelay(relayId)).filter((rule) => rule.id !== id);
  if (others.length < MAX_RULES) return undefined;
  return conflict(`A relay has at most ${MAX_RULES} rules. Delete one first, or make another relay.`);
}
