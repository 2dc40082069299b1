import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { DeliveryMemory } from '../../ports.ts';
import { keys } from './keys.ts';
import { type Table, written } from './table.ts';

/** Longer than any sender tries again, and than most keep what they have sent for a person to send it again. */
const KEPT_SECONDS = 7 * 24 * 3_600;

/** Ids of deliveries that were queued; one small row each, which ends by TTL. */
export const createDeliveryMemory = (table: Table): DeliveryMemory => ({
  async has(deliveryId) {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: keys.delivery(deliveryId), ConsistentRead: true }),
    );
    return Item !== undefined;
  },

  async remember(deliveryId, at) {
    await written(
      table.client.send(
        new PutCommand({
          TableName: table.name,
          Item: {
            ...keys.delivery(deliveryId),
            at: at.toISOString(),
            expiresAt: Math.ceil(at.getTime() / 1_000) + KEPT_SECONDS,
          },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      ),
    );
  },
});
