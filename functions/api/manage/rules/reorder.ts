import type { Access } from '../../../contract/api-tokens.ts';
import type { Rule } from '../../../domain/rule/rule.ts';
import { conflict } from '../change.ts';
import { ApiRefusal, invalid, notFound } from '../refusal.ts';
import type { RuleOrders } from './rule-input.ts';
import { listRules, type RuleDeps, updateRule } from './rules.ts';

/**
 * Gives the named rules another order; the others keep theirs. A rule that the relay does not have refuses the whole,
 * before anything is written. Each rule is a write of its own, on top of whatever others change at the same time: what
 * is read in between, or after a conflict, may show some of them moved. Sending the same once more finishes it.
 */
export async function reorderRules(
  deps: RuleDeps,
  relayId: string,
  { rules: orders }: RuleOrders,
  by: { caller: string; access: Access },
): Promise<Rule[] | ApiRefusal> {
  if (!(await deps.relays.get(relayId))) return notFound('relay');
  const known = new Set((await deps.rules.listByRelay(relayId)).map(({ id }) => id));
  const issues = orders.flatMap(({ id }, index) =>
    known.has(id)
      ? []
      : [{ path: ['rules', index, 'id'], code: 'unknown_rule', message: 'names no rule of this relay.' }],
  );
  if (issues.length > 0) return invalid(issues);
  const moved = await Promise.all(
    orders.map(({ id, order }) => updateRule(deps, { relayId, id }, { order }, { ...by, configJson: undefined })),
  );
  if (moved.some((each) => each instanceof ApiRefusal)) {
    return conflict(
      'Rules were changed or deleted by others at the same time. Read the list and send the order again.',
    );
  }
  return listRules(deps, relayId, {});
}
