import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { type Alert, alertSchema } from '../../domain/alert/alert.ts';
import { incidentsOf } from '../../domain/alert/incident.ts';
import type { AlertStore } from '../../ports.ts';
import { keys } from './keys.ts';
import { newRows } from './new-rows.ts';
import { type Condition, getRow, isAbsent, putRow, type Row, setAttributes } from './rows.ts';
import { type Table, written } from './table.ts';
import type { PutAction } from './transact.ts';

/**
 * What the sender fills freely lies in the row as JSON text: a document attribute refuses empty names, large numbers
 * and deep nesting, so one odd payload could never be stored.
 */
const rowSchema = z.looseObject({ contentJson: z.string() });
const contentSchema = z.pick(alertSchema, { links: true, labels: true, metadata: true });
const incidentSchema = z.object({ alertId: z.string() });

/** Alerts, one row each, and one row per incident that points to its newest alert. */
export function createAlertStore(table: Table): AlertStore {
  const create = newRows(table);
  const get = async (id: string): Promise<Alert | undefined> => {
    const row = await getRow(table, keys.alert(id));
    return row && parseAlert(row);
  };

  return {
    get,

    async find(id, relayId, incident) {
      const [named, pointer] = await Promise.all([get(id), getRow(table, keys.incident(relayId, incident))]);
      if (named || !pointer) return named;
      const { alertId } = incidentSchema.parse(pointer);
      return alertId === id ? undefined : get(alertId);
    },

    async create(alert) {
      const created = await create({ actions: [alertAction(alert)], pointers: pointersTo(alert) });
      // The release before may have been interrupted before it wrote the way from the incident.
      if (!created) for (const { put, condition } of pointersTo(alert)) await putRow(table, put, condition);
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

    async updateContent(id, words) {
      await setAttributes(table, keys.alert(id), contentRow(words), isWithout('erasedAt'));
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

/** The alert, where there is none of that id. */
export const alertAction = (alert: Alert): PutAction => ({ put: rowOf(alert), condition: isAbsent });

/**
 * Points its incidents to this alert, unless they know one that began later. Epoch milliseconds: texts of one instant
 * differ.
 */
export function pointersTo(alert: Alert): PutAction[] {
  const startedAtMs = Date.parse(alert.startsAt);
  const condition = {
    expression: 'attribute_not_exists(pk) OR startedAtMs < :startedAtMs',
    values: { ':startedAtMs': startedAtMs },
  };
  return incidentsOf(alert).map((incident) => ({
    put: { ...keys.incident(alert.relayId, incident), alertId: alert.id, startedAtMs },
    condition,
  }));
}

/** Attributes of the row for what an alert says. */
export const contentRow = ({ links, labels, metadata, ...words }: Partial<Alert>): Row => ({
  ...words,
  contentJson: JSON.stringify({ links, labels, metadata }),
});

function rowOf(alert: Alert): Record<string, unknown> {
  const list = alert.resolvedAt === undefined ? 'ALERTS#active' : 'ALERTS#resolved';
  return {
    ...keys.alert(alert.id),
    ...contentRow(alert),
    listPk: keys.listPartition(list, alert.id),
    listSk: keys.listSort(alert),
  };
}

export function parseAlert(row: Record<string, unknown>): Alert {
  const { pk, sk, listPk, listSk, expiresAt, incidentPks, contentJson, ...alert } = rowSchema.parse(row);
  return alertSchema.parse({ ...alert, ...contentSchema.parse(JSON.parse(contentJson)) });
}
