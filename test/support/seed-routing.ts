import type { Table } from '../../functions/adapters/dynamodb/table.ts';
import type { Rule } from '../../functions/domain/rule/rule.ts';
import { decisionStores } from '../../functions/wiring/decision-stores.ts';
import { sampleIntegration, sampleRelay } from './fakes/alert-samples.ts';

/** The sample relay in a table, with its integration and these rules. */
export async function seedRouting(table: Table, rules: Rule[]): Promise<void> {
  const stores = decisionStores(table);
  const { createdAt, updatedAt } = sampleRelay;
  const webhook = { id: 'wh_1', relayId: sampleRelay.id, webhookKey: 'key', provider: null, enabled: true };
  await stores.relays.create(sampleRelay, { ...webhook, createdAt, updatedAt });
  await stores.integrations.create(sampleIntegration);
  for (const rule of rules) await stores.rules.create(rule);
}
