import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { AlertQueries } from '../../ports.ts';
import { createAlertStore, isWithout, parseAlert } from './alert-store.ts';
import { keys } from './keys.ts';
import { newestRows } from './newest.ts';
import { setAttributes } from './rows.ts';
import { type Table, written } from './table.ts';

const partitions = {
  active: keys.listPartitions('ALERTS#active'),
  resolved: keys.listPartitions('ALERTS#resolved'),
  all: [...keys.listPartitions('ALERTS#active'), ...keys.listPartitions('ALERTS#resolved')],
};

/** The same rows as the alert store's, from the side of the people who work on alerts. */
export function createAlertQueries(table: Table): AlertQueries {
  const { get, acknowledge } = createAlertStore(table);
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
      const update = new UpdateCommand({
        TableName: table.name,
        Key: keys.alert(id),
        UpdateExpression: 'SET updatedAt = :at REMOVE acknowledgedAt, acknowledgedBy',
        ConditionExpression: 'acknowledgedAt <= :until AND acknowledgedBy <> :monitoring',
        ExpressionAttributeValues: { ':at': at, ':until': until, ':monitoring': 'monitoring_system' },
      });
      await written(table.client.send(update));
    },

    async resolveByUser(id, at, userId) {
      const resolution = {
        ...{ resolvedAt: at, updatedAt: at, resolvedBy: 'user', resolvedByUserId: userId },
        listPk: keys.listPartition('ALERTS#resolved', id),
      };
      await setAttributes(table, keys.alert(id), resolution, isWithout('resolvedAt'));
    },

    async assign(id, at, userId) {
      const assignment = { assignedToUserId: userId, updatedAt: at };
      await setAttributes(table, keys.alert(id), assignment, {
        expression: 'attribute_exists(pk) AND (attribute_not_exists(assignedToUserId) OR assignedToUserId <> :user)',
        values: { ':user': userId },
      });
    },
  };
}
