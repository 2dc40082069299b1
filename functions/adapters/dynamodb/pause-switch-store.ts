import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { pauseSwitchSchema } from '../../domain/decision/pause-switch.ts';
import type { PauseSwitchStore } from '../../ports.ts';
import { keys } from './keys.ts';
import type { Table } from './table.ts';

/** The one row of the switch. It is read by every batch: 100 batches a second are a tenth of what a row can give. */
export const createSwitchStore = (table: Table): PauseSwitchStore => ({
  async read() {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: keys.switch, ConsistentRead: true }),
    );
    if (!Item) return undefined;
    const { pk, sk, ...value } = Item;
    return pauseSwitchSchema.parse(value);
  },

  async write(_, value) {
    await table.client.send(new PutCommand({ TableName: table.name, Item: { ...keys.switch, ...value } }));
  },
});
