import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { AlertQueries } from '../../ports.ts';
import { createAlertStore, parseAlert } from './alert-store.ts';
import { keys } from './keys.ts';
import { newestRows } from './newest.ts';
import { type Table, written } from './table.ts';

const partitions = {
  active: keys.listPartitions('ALERTS#active'),
  resolved: keys.listPartitions('ALERTS#resolved'),
  all: [...keys.listPartitions('ALERTS#active'), ...keys.listPartitions('ALERTS#resolved')],
};

/** The same rows as the alert store's, from the side of the people who work on alerts. */
export function createAlertQueries(table: Table): AlertQueries {
  const { get, acknowledge } = createAlertStore(table);
  const update = (
    id: string,
    change: Pick<UpdateCommand['input'], 'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeValues'>,
  ): Promise<boolean> => {
    const command = new UpdateCommand({ TableName: table.name, Key: keys.alert(id), ...change });
    return written(table.client.send(command));
  };

  return {
    get,
    acknowledge,

    async *listNewest(state, { before, expected }) {
      const span = { before: before && keys.listSort(before), expected };
      for await (const row of newestRows(table, partitions[state], span)) {
        const alert = parseAlert(row);
        if (state === 'all' || (state === 'resolved') === (alert.resolvedAt !== undefined)) yield alert;
      }
    },

    async takeBackAcknowledgement(id, at, until) {
      await update(id, {
        UpdateExpression: 'SET updatedAt = :at REMOVE acknowledgedAt, acknowledgedBy',
        ConditionExpression: 'acknowledgedAt <= :until AND acknowledgedBy <> :monitoring',
        ExpressionAttributeValues: { ':at': at, ':until': until, ':monitoring': 'monitoring_system' },
      });
    },

    async resolveByUser(id, at, userId) {
      await update(id, {
        UpdateExpression:
          'SET resolvedAt = :at, updatedAt = :at, resolvedBy = :by, resolvedByUserId = :user, listPk = :list',
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(resolvedAt)',
        ExpressionAttributeValues: {
          ':at': at,
          ':by': 'user',
          ':user': userId,
          ':list': keys.listPartition('ALERTS#resolved', id),
        },
      });
    },

    async assign(id, at, userId) {
      await update(id, {
        UpdateExpression: 'SET assignedToUserId = :user, updatedAt = :at',
        ConditionExpression:
          'attribute_exists(pk) AND (attribute_not_exists(assignedToUserId) OR assignedToUserId <> :user)',
        ExpressionAttributeValues: { ':at': at, ':user': userId },
      });
    },
  };
}
