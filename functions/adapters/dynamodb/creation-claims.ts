import { GetCommand, PutCommand, type PutCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { CreationClaims } from '../../ports.ts';
import { keys } from './keys.ts';
import { type Table, written } from './table.ts';

/**
 * The SDK gives a call up after 10 s, its tries among them, and the last one may run for 10 s more. A person who tries
 * again by hand is slower.
 */
const WINDOW_MS = 60_000;

const rowSchema = z.object({ resourceId: z.string() });

/**
 * One row per creation, by its digest. The minute begins with the first one and is part of the row, so there is no edge
 * between two windows at which a repeat could slip through.
 */
export function createCreationClaims(table: Table): CreationClaims {
  const put = async (
    creation: string,
    resourceId: string,
    at: Date,
    condition: Pick<PutCommandInput, 'ConditionExpression' | 'ExpressionAttributeValues'>,
  ): Promise<string> => {
    const claimedAtMs = at.getTime();
    const expiresAt = Math.ceil((claimedAtMs + WINDOW_MS) / 1_000);
    const Item = { ...keys.creation(creation), resourceId, claimedAtMs, expiresAt };
    if (await written(table.client.send(new PutCommand({ TableName: table.name, Item, ...condition })))) {
      return resourceId;
    }
    const { Item: row } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: keys.creation(creation), ConsistentRead: true }),
    );
    return row ? rowSchema.parse(row).resourceId : resourceId;
  };
  return {
    claim: (creation, id, at) =>
      put(creation, id, at, {
        ConditionExpression: 'attribute_not_exists(pk) OR claimedAtMs <= :oldest',
        ExpressionAttributeValues: { ':oldest': at.getTime() - WINDOW_MS },
      }),
    renew: (creation, before, id, at) =>
      put(creation, id, at, {
        ConditionExpression: 'attribute_not_exists(pk) OR resourceId = :before',
        ExpressionAttributeValues: { ':before': before },
      }),
  };
}
