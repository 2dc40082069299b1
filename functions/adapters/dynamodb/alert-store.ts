import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type Alert, alertSchema } from '../../domain/alert/alert.ts';
import type { AlertStore } from '../../ports.ts';
import { keys } from './keys.ts';
import { type Table, written } from './table.ts';

/**
 * What the sender fills freely lies in the row as JSON text: a document attribute refuses empty names, large numbers and
 * deep nesting, so one odd payload could never be stored.
 */
const rowSchema = z.looseObject({ contentJson: z.string() });
const contentSchema = alertSchema.pick({ links: true, labels: true, metadata: true });
const incidentSchema = z.object({ alertId: z.string() });

/** Alerts, one row each, and one row per incident that points to its newest alert. */
export function createAlertStore(table: Table): AlertStore {
  const read = async (Key: Record<string, string>): Promise<Record<string, unknown> | undefined> => {
    const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }));
    return Item;
  };
  const get = async (id: string): Promise<Alert | undefined> => {
    const row = await read(keys.alert(id));
    return row && parseAlert(row);
  };

  return {
    get,

    async create(alert) {
      const put = new PutCommand({
        TableName: table.name,
        Item: rowOf(alert),
        ConditionExpression: 'attribute_not_exists(pk)',
      });
      const created = await written(table.client.send(put));
      // Also where the alert was there: whoever wrote it may have broken off before this second write.
      await written(table.client.send(pointTo(table, alert)));
      return created;
    },

    async latestOf(relayId, fingerprint) {
      const row = await read(keys.incident(relayId, fingerprint));
      return row && get(incidentSchema.parse(row).alertId);
    },

    async markRouted(id, at) {
      await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: keys.alert(id),
          UpdateExpression: 'SET routedAt = if_not_exists(routedAt, :at)',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeValues: { ':at': at },
        }),
      );
    },

    async acknowledge(id, at, by) {
      const update = new UpdateCommand({
        TableName: table.name,
        Key: keys.alert(id),
        UpdateExpression: 'SET acknowledgedAt = :at, updatedAt = :at, acknowledgedBy = :by',
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(acknowledgedAt)',
        ExpressionAttributeValues: { ':at': at, ':by': by },
      });
      await written(table.client.send(update));
    },

    async updateContent(id, { links, labels, metadata, ...words }) {
      const contentJson = JSON.stringify({ links, labels, metadata });
      const given = Object.entries({ ...words, contentJson }).filter(([, value]) => value !== undefined);
      const update = new UpdateCommand({
        TableName: table.name,
        Key: keys.alert(id),
        // Names by placeholder: some are words of DynamoDB's own.
        UpdateExpression: `SET ${given.map(([name]) => `#${name} = :${name}`).join(', ')}`,
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(routedAt)',
        ExpressionAttributeNames: Object.fromEntries(given.map(([name]) => [`#${name}`, name])),
        ExpressionAttributeValues: Object.fromEntries(given.map(([name, value]) => [`:${name}`, value])),
      });
      await written(table.client.send(update));
    },

    async resolve(id, at, provider, occurredAt) {
      const update = new UpdateCommand({
        TableName: table.name,
        Key: keys.alert(id),
        UpdateExpression:
          'SET resolvedAt = :at, updatedAt = :at, resolvedBy = :by, resolvedByProvider = :provider, listPk = :list' +
          (occurredAt === undefined ? '' : ', resolutionOccurredAt = :occurredAt'),
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(resolvedAt)',
        ExpressionAttributeValues: {
          ':at': at,
          ':by': 'monitoring_system',
          ':provider': provider,
          ':list': keys.listPartition('ALERTS#resolved', id),
          ...(occurredAt !== undefined && { ':occurredAt': occurredAt }),
        },
      });
      await written(table.client.send(update));
    },
  };
}

/** Points the incident to this alert unless it knows one that began later. Epoch milliseconds: texts of one instant differ. */
function pointTo(table: Table, { id, relayId, fingerprint, startsAt }: Alert): PutCommand {
  const startedAtMs = Date.parse(startsAt);
  return new PutCommand({
    TableName: table.name,
    Item: { ...keys.incident(relayId, fingerprint), alertId: id, startedAtMs },
    ConditionExpression: 'attribute_not_exists(pk) OR startedAtMs < :startedAtMs',
    ExpressionAttributeValues: { ':startedAtMs': startedAtMs },
  });
}

function rowOf({ links, labels, metadata, ...alert }: Alert): Record<string, unknown> {
  const list = alert.resolvedAt === undefined ? 'ALERTS#active' : 'ALERTS#resolved';
  return {
    ...keys.alert(alert.id),
    ...alert,
    contentJson: JSON.stringify({ links, labels, metadata }),
    listPk: keys.listPartition(list, alert.id),
    listSk: keys.listSort(alert),
  };
}

export function parseAlert(row: Record<string, unknown>): Alert {
  const { pk, sk, listPk, listSk, contentJson, ...alert } = rowSchema.parse(row);
  return alertSchema.parse({ ...alert, ...contentSchema.parse(JSON.parse(contentJson)) });
}
