import { type Rule, ruleSchema } from '../../domain/rule/rule.ts';
import type { RuleStore } from '../../ports.ts';
import { keys } from './keys.ts';
import { byAge, queryPartition } from './query.ts';
import { type Condition, getRow, isAbsent, putRow } from './rows.ts';
import type { Table } from './table.ts';

/** Rules, one row each beside their relay's webhooks. A deleted rule stays and is found by its id only. */
export function createRuleStore(table: Table): RuleStore {
  const put = (rule: Rule, condition: Condition): Promise<boolean> =>
    putRow(table, { ...keys.rule(rule.relayId, rule.id), ...rule }, condition);

  return {
    create: (rule) => put(rule, isAbsent),

    update: (rule) =>
      put(rule, {
        expression: '#version = :previous',
        names: { '#version': 'version' },
        values: { ':previous': rule.version - 1 },
      }),

    async get(relayId, ruleId) {
      const row = await getRow(table, keys.rule(relayId, ruleId));
      return row && parse(row);
    },

    async listByRelay(relayId) {
      const rows = await queryPartition(table, keys.relayPartition(relayId), keys.rulePrefix);
      return rows
        .map(parse)
        .filter(({ deletedAt }) => deletedAt === undefined)
        .sort((a, b) => a.order - b.order || byAge(a, b));
    },
  };
}

function parse({ pk, sk, ...rule }: Record<string, unknown>): Rule {
  return ruleSchema.parse(rule);
}
