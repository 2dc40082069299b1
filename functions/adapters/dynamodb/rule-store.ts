import { GetCommand, PutCommand, type PutCommandInput } from '@aws-sdk/lib-dynamodb';
import { type Rule, ruleSchema } from '../../domain/rule/rule.ts';
import type { RuleStore } from '../../ports.ts';
import { keys } from './keys.ts';
import { byAge, queryPartition } from './query.ts';
import { type Table, written } from './table.ts';

/** Rules, one row each beside their relay's webhooks. A deleted rule stays and is found by its id only. */
export function createRuleStore(table: Table): RuleStore {
  const put = (rule: Rule, condition: Omit<PutCommandInput, 'TableName' | 'Item'>): Promise<boolean> => {
    const Item = { ...keys.rule(rule.relayId, rule.id), ...rule };
    return written(table.client.send(new PutCommand({ TableName: table.name, Item, ...condition })));
  };

  return {
    create: (rule) => put(rule, { ConditionExpression: 'attribute_not_exists(pk)' }),

    update: (rule) =>
      put(rule, {
        ConditionExpression: '#version = :previous',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':previous': rule.version - 1 },
      }),

    async get(relayId, ruleId) {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: keys.rule(relayId, ruleId), ConsistentRead: true }),
      );
      return Item && parse(Item);
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
