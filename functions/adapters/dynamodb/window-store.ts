import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { emptyWindow, type StormWindow, stormWindowSchema } from '../../domain/storm/storm-window.ts';
import type { WindowStore } from '../../ports.ts';
import { keys } from './keys.ts';
import { type Table, written } from './table.ts';

/** A day: longer than any hold, and a rule that is quiet for so long begins anew. */
const KEPT_SECONDS = 86_400;

const rowSchema = z.object({ window: stormWindowSchema, version: z.number().int() });

/** Storm control's memory of a rule: one row, replaced as a whole by whoever read it last. */
export function createWindowStore(table: Table): WindowStore {
  return {
    async read(ruleId) {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: keys.window(ruleId), ConsistentRead: true }),
      );
      return Item ? rowSchema.parse(Item) : { window: emptyWindow, version: 0 };
    },

    async write(ruleId, window, version) {
      const put = new PutCommand({
        TableName: table.name,
        Item: { ...keys.window(ruleId), window, version: version + 1, expiresAt: expiryOf(window) },
        ConditionExpression: version === 0 ? 'attribute_not_exists(pk)' : '#version = :version',
        ...(version > 0 && {
          ExpressionAttributeNames: { '#version': 'version' },
          ExpressionAttributeValues: { ':version': version },
        }),
      });
      return written(table.client.send(put));
    },
  };
}

const expiryOf = ({ latestMs }: StormWindow): number => Math.floor(latestMs / 1_000) + KEPT_SECONDS;
