import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { connectTable, type Table } from '../../functions/adapters/dynamodb/table.ts';
import { newestIndex } from '../../functions/contract/table.ts';

/** A table of its own on a DynamoDB engine in this process, over the wire. It tells each request that arrives. */
export async function startTable(onRequest?: (operation: string, body: string) => void): Promise<{
  table: Table;
  stop(): Promise<void>;
}> {
  const server = dynalite({ createTableMs: 0 });
  if (onRequest) {
    server.on('request', (request: IncomingMessage) => {
      const [, operation = ''] = String(request.headers['x-amz-target']).split('.');
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => onRequest(operation, Buffer.concat(chunks).toString()));
    });
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await client.send(
    new CreateTableCommand({
      TableName: 'relay',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
        { AttributeName: newestIndex.partitionKey, AttributeType: 'S' },
        { AttributeName: newestIndex.sortKey, AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: newestIndex.name,
          KeySchema: [
            { AttributeName: newestIndex.partitionKey, KeyType: 'HASH' },
            { AttributeName: newestIndex.sortKey, KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 0.02, maxDelay: 0.1 }, { TableName: 'relay' });
  const stop = async () => {
    client.destroy();
    await new Promise((done) => server.close(done));
  };
  return { table: connectTable('relay', client), stop };
}
