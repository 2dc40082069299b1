import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type Decision, decisionSchema } from '../../domain/decision.ts';
import type { DecisionStore } from '../../ports.ts';
import { keys } from './keys.ts';
import { queryPartition } from './query.ts';
import { type Table, written } from './table.ts';

/**
 * How many entries a row remembers as counted. A delivery is tried again for 45 minutes at most (`domain/retry-delay.ts`);
 * an alert that repeats every minute fills 45. Twice as many lie in the row before the older half is dropped: 5 KB.
 */
const REMEMBERED = 50;
const TRIMMED_ABOVE = 2 * REMEMBERED;

const memorySchema = z.object({ counted: z.array(z.string()) });

/** The ledger: one row per alert, rule and reason, with a count and the entries that it counted last. */
export function createDecisionStore(table: Table): DecisionStore {
  return {
    async record(decision, entry) {
      const token = `${decision.lastDeliveryId}#${entry}`;
      const { alertId, ruleId } = decision;
      // Every reason: what a first try decided stands, also where a later try would see it otherwise.
      const rows = await queryPartition(table, keys.alertPartition(alertId), keys.decisionsOfRule(ruleId));
      if (rows.some((row) => memorySchema.parse(row).counted.includes(token))) return false;
      return count(table, decision, token);
    },

    async listByAlert(alertId) {
      const rows = await queryPartition(table, keys.alertPartition(alertId), keys.decisionPrefix);
      return rows.map(parse).sort((a, b) => Date.parse(a.firstAt) - Date.parse(b.firstAt));
    },
  };
}

async function count(table: Table, decision: Parameters<DecisionStore['record']>[0], token: string): Promise<boolean> {
  const attributes = Object.entries(decision).filter(([, value]) => value !== undefined);
  const update = new UpdateCommand({
    TableName: table.name,
    Key: keys.decision(decision.alertId, decision.ruleId, decision.reason),
    UpdateExpression: `SET ${[
      ...attributes.map(([name]) => `#${name} = :${name}`),
      '#firstAt = if_not_exists(#firstAt, :lastAt)',
      '#counted = list_append(if_not_exists(#counted, :none), :tokens)',
    ].join(', ')} ADD #count :one`,
    // Two of our own at once: the queue may hand one message to both.
    ConditionExpression: 'NOT contains(#counted, :token)',
    // Aliased, all of them: `count` is not the only reserved word.
    ExpressionAttributeNames: Object.fromEntries(
      [...attributes.map(([name]) => name), 'firstAt', 'counted', 'count'].map((name) => [`#${name}`, name]),
    ),
    ExpressionAttributeValues: {
      ...Object.fromEntries(attributes.map(([name, value]) => [`:${name}`, value])),
      ':none': [],
      ':tokens': [token],
      ':token': token,
      ':one': 1,
    },
    ReturnValues: 'ALL_NEW',
  });
  let remembered = 0;
  const isNew = await written(
    table.client.send(update).then(({ Attributes }) => {
      remembered = memorySchema.parse(Attributes).counted.length;
    }),
  );
  if (remembered > TRIMMED_ABOVE) await trim(table, decision);
  return isNew;
}

/** Drops the oldest entries, unless another count has just done so. */
async function trim(table: Table, { alertId, ruleId, reason }: Pick<Decision, 'alertId' | 'ruleId' | 'reason'>) {
  // From behind: then an engine that closes each gap at once removes the same ones.
  const oldest = Array.from({ length: REMEMBERED }, (_, index) => `counted[${REMEMBERED - 1 - index}]`);
  const update = new UpdateCommand({
    TableName: table.name,
    Key: keys.decision(alertId, ruleId, reason),
    UpdateExpression: `REMOVE ${oldest.join(', ')}`,
    ConditionExpression: 'size(counted) > :most',
    ExpressionAttributeValues: { ':most': TRIMMED_ABOVE },
  });
  await written(table.client.send(update));
}

function parse({ pk, sk, counted, ...decision }: Record<string, unknown>): Decision {
  return decisionSchema.parse(decision);
}
