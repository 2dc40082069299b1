import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type Integration, integrationSchema } from '../../domain/integration.ts';
import type { IntegrationStore } from '../../ports.ts';
import { keys } from './keys.ts';
import { byAge, queryPartition } from './query.ts';
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
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        ),
      ),

    async update({ id, name, metadata, updatedAt }) {
      await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: keys.integration(id),
          UpdateExpression: 'SET #name = :name, metadataJson = :metadata, updatedAt = :at',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeNames: { '#name': 'name' },
          ExpressionAttributeValues: { ':name': name, ':metadata': JSON.stringify(metadata), ':at': updatedAt },
        }),
      );
    },

    async get(id) {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: keys.integration(id), ConsistentRead: true }),
      );
      return Item && parse(Item);
    },

    async list() {
      const rows = await queryPartition(table, keys.integrations);
      return rows.map(parse).sort(byAge);
    },
  };
}

function parse({ pk, sk, ...row }: Record<string, unknown>): Integration {
  const { metadataJson } = rowSchema.parse(row);
  const { metadataJson: _, ...integration } = row;
  return integrationSchema.parse({ ...integration, metadata: JSON.parse(metadataJson) });
}
