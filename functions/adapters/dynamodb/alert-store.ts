import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type Alert, alertSchema } from '../../domain/alert/alert.ts';
import { incidentOf, otherIncidentsOf } from '../../domain/alert/incident.ts';
import type { AlertStore } from '../../ports.ts';
import { keys } from './keys.ts';
import { type Condition, getRow, isAbsent, isPresent, putRow, setAttributes } from './rows.ts';
import { type Table, written } from './table.ts';

/**
 * What the sender fills freely lies in the row as JSON text: a document attribute refuses empty names, large numbers
 * and deep nesting, so one odd payload could never be stored.
 */
const rowSchema = z.looseObject({ contentJson: z.string() });
const contentSchema = alertSchema.pick({ links: true, labels: true, metadata: true });
const incidentSchema = z.object({ alertId: z.string() });

/** Alerts, one row each, and one row per incident that points to its newest alert. */
export function createAlertStore(table: Table): AlertStore {
  const get = async (id: string): Promise<Alert | undefined> => {
    const row = await getRow(table, keys.alert(id));
    return row && parseAlert(row);
  };

  return {
    get,

    async create(alert) {
      const created = await putRow(table, rowOf(alert), isAbsent);
      // Also where the alert was there: whoever wrote it may have been interrupted before this second write.
      for (const incident of [incidentOf(alert), ...otherIncidentsOf(alert)]) await pointTo(table, incident, alert);
      return created;
    },

    async latestOf(relayId, incident) {
      const row = await getRow(table, keys.incident(relayId, incident));
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
      const acknowledgement = { acknowledgedAt: at, updatedAt: at, acknowledgedBy: by };
      await setAttributes(table, keys.alert(id), acknowledgement, isWithout('acknowledgedAt'));
    },

    async sayAcknowledged(id, isAcknowledged, at, saidAt) {
      const [said, values] = [
        'acknowledgementSaidAt = :saidAt',
        { ':at': at, ':saidAt': saidAt, ':monitoring': monitoring },
      ];
      const mark =
        'acknowledgedAt = if_not_exists(acknowledgedAt, :at), acknowledgedBy = if_not_exists(acknowledgedBy, :monitoring)';
      const isNewest = '(attribute_not_exists(acknowledgementSaidAt) OR acknowledgementSaidAt <= :saidAt)';
      const isTheirs = 'AND (attribute_not_exists(acknowledgedBy) OR acknowledgedBy = :monitoring)';
      const update = new UpdateCommand({
        TableName: table.name,
        Key: keys.alert(id),
        UpdateExpression: `SET ${said}, updatedAt = :at${isAcknowledged ? `, ${mark}` : ' REMOVE acknowledgedAt, acknowledgedBy'}`,
        ConditionExpression: `attribute_exists(pk) AND ${isNewest} ${isAcknowledged ? '' : isTheirs}`,
        ExpressionAttributeValues: values,
      });
      await written(table.client.send(update));
    },

    async updateContent(id, { links, labels, metadata, ...words }) {
      const contentJson = JSON.stringify({ links, labels, metadata });
      await setAttributes(table, keys.alert(id), { ...words, contentJson }, isPresent);
    },

    async resolve(id, at, provider, occurredAt) {
      const resolution = {
        ...{ resolvedAt: at, updatedAt: at, resolvedBy: 'monitoring_system', resolvedByProvider: provider },
        ...{ resolutionOccurredAt: occurredAt, listPk: keys.listPartition('ALERTS#resolved', id) },
      };
      await setAttributes(table, keys.alert(id), resolution, isWithout('resolvedAt'));
    },
  };
}

/** Stands where a user's name would. */
const monitoring = 'monitoring_system';

/** A known alert that does not have the attribute yet. */
export const isWithout = (attribute: string): Condition => ({
  expression: `attribute_exists(pk) AND attribute_not_exists(${attribute})`,
});

/**
 * Points the incident to this alert unless it knows one that began later. Epoch milliseconds: texts of one instant
 * differ.
 */
async function pointTo(table: Table, incident: string, { id, relayId, startsAt }: Alert): Promise<void> {
  const startedAtMs = Date.parse(startsAt);
  await putRow(
    table,
    { ...keys.incident(relayId, incident), alertId: id, startedAtMs },
    {
      expression: 'attribute_not_exists(pk) OR startedAtMs < :startedAtMs',
      values: { ':startedAtMs': startedAtMs },
    },
  );
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
