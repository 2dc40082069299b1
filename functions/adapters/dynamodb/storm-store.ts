import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type HeldAlert, heldAlertSchema, type Storm, stormSchema } from '../../domain/storm/storm.ts';
import type { StormStore } from '../../ports.ts';
import { keys } from './keys.ts';
import { newestRows } from './newest.ts';
import { queryPartition } from './query.ts';
import { type Table, written } from './table.ts';

/** As long as the ledger that counts its alerts. */
const KEPT_SECONDS = 90 * 24 * 3_600;

const heldRowSchema = z.object({ held: z.array(heldAlertSchema) });

/**
 * Storms, one row each, and beside it the alerts that each delivery had held: a delivery of 1,000 alerts is one row of 120 KB.
 */
export function createStormStore(table: Table): StormStore {
  const get = async (id: string): Promise<Storm | undefined> => {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: keys.storm(id), ConsistentRead: true }),
    );
    return Item && parse(Item);
  };

  /** Attribute names are aliased, so none can be a reserved word. */
  const update = (id: string, attributes: Partial<Storm>, condition: string, values: Record<string, string> = {}) => {
    const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
    return new UpdateCommand({
      TableName: table.name,
      Key: keys.storm(id),
      UpdateExpression: `SET ${given.map(([name]) => `#${name} = :${name}`).join(', ')}`,
      ConditionExpression: condition,
      ExpressionAttributeNames: { '#phase': 'phase', ...Object.fromEntries(given.map(([name]) => [`#${name}`, name])) },
      ExpressionAttributeValues: {
        ...values,
        ...Object.fromEntries(given.map(([name, value]) => [`:${name}`, value])),
      },
    });
  };

  return {
    get,

    async createOrGet(storm) {
      const put = new PutCommand({
        TableName: table.name,
        Item: {
          ...keys.storm(storm.id),
          ...storm,
          listPk: keys.listPartition('STORMS', storm.id),
          listSk: keys.listSort(storm),
          expiresAt: expiryOf(storm.createdAt),
        },
        ConditionExpression: 'attribute_not_exists(pk)',
      });
      if (await written(table.client.send(put))) return storm;
      return (await get(storm.id)) ?? storm;
    },

    async list(ids) {
      const storms = await Promise.all([...new Set(ids)].map(get));
      return storms.filter((storm) => storm !== undefined);
    },

    async markStarted(id, executionArn, startedAt) {
      await table.client.send(update(id, { executionArn, startedAt }, 'attribute_exists(#phase)'));
    },

    async change(id, changes, from) {
      const phases = Object.fromEntries(from.map((phase, index) => [`:from${index}`, phase]));
      const condition = `#phase IN (${Object.keys(phases).join(', ')})`;
      return written(table.client.send(update(id, changes, condition, phases)));
    },

    async addHeld(stormId, id, held) {
      const last = held.at(-1);
      if (!last) return;
      const Item = { ...keys.held(stormId, id), held, expiresAt: expiryOf(last.at) };
      await table.client.send(new PutCommand({ TableName: table.name, Item }));
    },

    async listHeld(stormId) {
      const rows = await queryPartition(table, keys.stormPartition(stormId), keys.heldPrefix);
      const held = new Map<string, HeldAlert>();
      for (const each of rows.flatMap((row) => heldRowSchema.parse(row).held)) {
        if (!held.has(each.alertId)) held.set(each.alertId, each);
      }
      return [...held.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
    },

    async *listNewest({ before, expected }) {
      const span = { before: before && keys.listSort(before), expected };
      for await (const row of newestRows(table, keys.listPartitions('STORMS'), span)) yield parse(row);
    },
  };
}

const expiryOf = (at: string): number => Math.floor(Date.parse(at) / 1_000) + KEPT_SECONDS;

const parse = ({ pk, sk, listPk, listSk, expiresAt, ...storm }: Record<string, unknown>): Storm =>
  stormSchema.parse(storm);
