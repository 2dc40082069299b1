import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { noSlots, slotsSchema } from '../../domain/decision/slots.ts';
import type { SlotStore } from '../../ports.ts';
import { keys } from './keys.ts';
import { type Table, written } from './table.ts';

/** Longer than any session can hold a slot: a row that nobody has written for so long is empty. */
const KEPT_SECONDS = 14 * 86_400;

const rowSchema = z.object({ ...slotsSchema.shape, version: z.number().int() });

/** One row per integration that limits its sessions. */
export const createSlots = (table: Table, now: () => number = Date.now): SlotStore => ({
  async read(integrationId) {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: keys.slots(integrationId), ConsistentRead: true }),
    );
    if (!Item) return { slots: noSlots, version: 0 };
    const { version, ...slots } = rowSchema.parse(Item);
    return { slots, version };
  },

  write: (integrationId, { holders, waiting }, version) =>
    written(
      table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: keys.slots(integrationId),
          UpdateExpression: 'SET holders = :holders, waiting = :waiting, version = :next, expiresAt = :expiresAt',
          ConditionExpression: version === 0 ? 'attribute_not_exists(version)' : 'version = :version',
          ExpressionAttributeValues: {
            ':holders': holders,
            ':waiting': waiting,
            ':next': version + 1,
            ':version': version === 0 ? undefined : version,
            ':expiresAt': Math.ceil(now() / 1_000) + KEPT_SECONDS,
          },
        }),
      ),
    ),
});
