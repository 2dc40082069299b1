import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { noPlaces, placesSchema } from '../../domain/decision/places.ts';
import type { PlaceStore } from '../../ports.ts';
import { keys } from './keys.ts';
import { type Table, written } from './table.ts';

/** Longer than any session can hold a place: a row that nobody has written for so long is empty. */
const KEPT_SECONDS = 14 * 86_400;

const rowSchema = z.object({ ...placesSchema.shape, version: z.number().int() });

/** One row per integration that limits its sessions. */
export const createPlaces = (table: Table, now: () => number = Date.now): PlaceStore => ({
  async read(integrationId) {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: keys.places(integrationId), ConsistentRead: true }),
    );
    if (!Item) return { places: noPlaces, version: 0 };
    const { version, ...places } = rowSchema.parse(Item);
    return { places, version };
  },

  write: (integrationId, { holders, waiting }, version) =>
    written(
      table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: keys.places(integrationId),
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
