import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type Integration, integrationSchema } from '../../domain/rule/integration.ts';
import type { IntegrationStore } from '../../ports.ts';
import { keys } from './keys.ts';
import { byAge, queryPartition } from './query.ts';
import { isThere, markDeleted } from './soft-delete.ts';
import { type Table, written } from './table.ts';

/** The row keeps metadata as JSON text: a document attribute refuses large numbers and deep nesting, and loses order. */
const rowSchema = z.object({ metadataJson: z.string() });

/** Integrations, one row each in one partition; without their passwords. */
export function createIntegrationStore(table: Table): IntegrationStore {
  return {
    create: ({ metadata, ...integration }) =>
      written(
        table.client.send(
          new PutCommand({
            TableName: table.name,
            Item: {
              ...keys.integration(integration.id),
              ...integration,
              metadataJson: JSON.stringify(metadata),
            },
            ConditionExpression: 'attribute_not_exists(pk) OR attribute_exists(deletedAt)',
          }),
        ),
      ),

    update: ({ id, name, metadata, updatedAt }, before) =>
      written(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: keys.integration(id),
            UpdateExpression: 'SET #name = :name, metadataJson = :metadata, updatedAt = :at',
            ConditionExpression: 'updatedAt = :before AND attribute_not_exists(deletedAt)',
            ExpressionAttributeNames: { '#name': 'name' },
            ExpressionAttributeValues: {
              ':name': name,
              ':metadata': JSON.stringify(metadata),
              ':at': updatedAt,
              ':before': before.updatedAt,
            },
          }),
        ),
      ),

    markDeleted: (id, at) => markDeleted(table, keys.integration(id), at),

    async get(id) {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: keys.integration(id), ConsistentRead: true }),
      );
      const found = Item && parse(Item);
      return found?.deletedAt === undefined ? found : undefined;
    },

    async list() {
      const rows = await queryPartition(table, keys.integrations);
      return rows.map(parse).filter(isThere).sort(byAge);
    },
  };
}

function parse({ pk, sk, ...row }: Record<string, unknown>): Integration {
  const { metadataJson } = rowSchema.parse(row);
  const { metadataJson: _, ...integration } = row;
  return integrationSchema.parse({ ...integration, metadata: JSON.parse(metadataJson) });
}
