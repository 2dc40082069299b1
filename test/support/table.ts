import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import { connectTable, type Table } from '../../functions/adapters/dynamodb/table.ts';
import { newestIndex } from '../../functions/contract/table.ts';
import { AwsError } from '../../infra/local/aws/error.ts';
import type { AwsService } from '../../infra/local/aws/service.ts';
import { Tables } from '../../infra/local/aws/tables.ts';

const name = 'relay';
const region = 'eu-central-1';
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

interface TableOptions {
  /** Is told each request that arrives. */
  onRequest?: (operation: string, body: string) => void;
  /** Stands between the engine and the wire. */
  around?: (tables: AwsService) => AwsService;
}

/** A table of its own on the local stack's engine, in the memory of this process, over the wire. */
export async function startTable({ onRequest, around = (tables) => tables }: TableOptions = {}): Promise<{
  table: Table;
  stop(): Promise<void>;
}> {
  const tables = await Tables.open({ region, account: '000000000000' });
  const { partitionKey, sortKey } = newestIndex;
  await tables.ensure({
    name,
    attributes: ['pk', 'sk', partitionKey, sortKey].map((each) => ({ name: each, type: 'S' as const })),
    keySchema: keysOf('pk', 'sk'),
    indexes: [{ name: newestIndex.name, keySchema: keysOf(partitionKey, sortKey) }],
  });
  const service = around(tables);
  const server = createServer(async (request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    try {
      const body = await text(request);
      onRequest?.(operation, body);
      response.end(JSON.stringify(await service.call(operation, JSON.parse(body))));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const { type, message, details, status } = error;
      response.writeHead(status).end(JSON.stringify({ __type: type, message, ...details }));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = z.object({ port: z.int() }).parse(server.address());
  const client = new DynamoDBClient({ endpoint: `http://127.0.0.1:${port}`, region, credentials });
  const stop = async () => {
    client.destroy();
    server.close();
    server.closeAllConnections();
    await tables.close();
  };
  return { table: connectTable(name, client), stop };
}

const keysOf = (hash: string, range: string) => [
  { name: hash, type: 'HASH' as const },
  { name: range, type: 'RANGE' as const },
];
