import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Responder, responderSchema } from '../../domain/job/responder.ts';
import type { ResponderStore } from '../../ports.ts';
import { keys } from './keys.ts';
import { queryPartition } from './query.ts';
import { type Table, written } from './table.ts';

/** People at an alert, one row each beside it. */
export function createResponderStore(table: Table): ResponderStore {
  const get = async (alertId: string, id: string): Promise<Responder | undefined> => {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: keys.responder(alertId, id), ConsistentRead: true }),
    );
    return Item && parse(Item);
  };

  return {
    async join(responder) {
      const put = new PutCommand({
        TableName: table.name,
        Item: { ...keys.responder(responder.alertId, responder.id), ...responder },
        ConditionExpression: 'attribute_not_exists(pk) OR #status <> :onIt',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':onIt': 'on_it' },
      });
      if (await written(table.client.send(put))) return responder;
      return (await get(responder.alertId, responder.id)) ?? responder;
    },

    async end({ alertId, id, status, prUrl, at }) {
      const change = new UpdateCommand({
        TableName: table.name,
        Key: keys.responder(alertId, id),
        UpdateExpression: `SET #status = :status, completedAt = :at${prUrl === undefined ? '' : ', prUrl = :prUrl'}`,
        ConditionExpression: 'attribute_exists(pk) AND #status <> :status',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':status': status, ':at': at, ':prUrl': prUrl },
      });
      const changed = await written(table.client.send(change));
      if (!changed && prUrl !== undefined) await written(table.client.send(setPrUrl(table, alertId, id, prUrl)));
      return get(alertId, id);
    },

    async listByAlert(alertId) {
      const rows = await queryPartition(table, keys.alertPartition(alertId), keys.responderPrefix);
      return rows.map(parse).sort((a, b) => Date.parse(a.joinedAt) - Date.parse(b.joinedAt));
    },
  };
}

/** For one that has the wanted status already: the time of its end stands. */
const setPrUrl = (table: Table, alertId: string, id: string, prUrl: string): UpdateCommand =>
  new UpdateCommand({
    TableName: table.name,
    Key: keys.responder(alertId, id),
    UpdateExpression: 'SET prUrl = :prUrl',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: { ':prUrl': prUrl },
  });

function parse({ pk, sk, ...responder }: Record<string, unknown>): Responder {
  return responderSchema.parse(responder);
}
