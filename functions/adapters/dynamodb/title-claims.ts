import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { TitleClaims } from '../../ports.ts';
import { keys } from './keys.ts';
import { type Table, written } from './table.ts';

const rowSchema = z.object({ jobId: z.string(), alertId: z.string(), at: z.string(), until: z.string() });

/** One row per relay and normalised title. A claim is given up by nobody: who wants the title looks whether it is over. */
export const createTitleClaims = (table: Table): TitleClaims => ({
  async holder(relayId, title) {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: keys.title(relayId, title), ConsistentRead: true }),
    );
    return Item && rowSchema.parse(Item);
  },

  claim: (relayId, title, claim, before) =>
    written(
      table.client.send(
        new PutCommand({
          TableName: table.name,
          Item: { ...keys.title(relayId, title), ...claim, expiresAt: Math.ceil(Date.parse(claim.until) / 1_000) },
          ...(before === undefined
            ? { ConditionExpression: 'attribute_not_exists(pk)' }
            : {
                ConditionExpression: 'attribute_not_exists(pk) OR (jobId = :jobId AND #at = :at)',
                ExpressionAttributeNames: { '#at': 'at' },
                ExpressionAttributeValues: { ':jobId': before.jobId, ':at': before.at },
              }),
        }),
      ),
    ),
});
