import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll } from 'vitest';
import { z } from 'zod';
import { connectTable, type Table } from '../../functions/adapters/dynamodb/table.ts';
import { newestIndex } from '../../functions/contract/table.ts';
import { AwsError } from '../../infra/local/aws/error.ts';
import type { AwsService } from '../../infra/local/aws/service.ts';
import { Tables } from '../../infra/local/aws/tables.ts';

/** The one table on the local stack's own engine, in memory, with `around` between it and the wire. */
export async function serveTable(around: (tables: AwsService) => AwsService): Promise<Table> {
  const place = { region: 'eu-central-1', account: '000000000000' };
  const tables = await Tables.open(place);
  const name = 'relay';
  const { partitionKey, sortKey } = newestIndex;
  await tables.ensure({
    name,
    attributes: ['pk', 'sk', partitionKey, sortKey].map((each) => ({ name: each, type: 'S' as const })),
    keySchema: [
      { name: 'pk', type: 'HASH' },
      { name: 'sk', type: 'RANGE' },
    ],
    indexes: [
      {
        name: newestIndex.name,
        keySchema: [
          { name: partitionKey, type: 'HASH' },
          { name: sortKey, type: 'RANGE' },
        ],
      },
    ],
  });
  const service = around(tables);
  const server = createServer(async (request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    try {
      const answer = await service.call(operation, JSON.parse(await text(request)));
      response.end(JSON.stringify(answer));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      response.writeHead(400).end(JSON.stringify({ __type: error.type, message: error.message }));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterAll(async () => {
    server.close();
    server.closeAllConnections();
    await tables.close();
  });
  const { port } = z.object({ port: z.int() }).parse(server.address());
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return connectTable(
    name,
    new DynamoDBClient({ endpoint: `http://127.0.0.1:${port}`, region: place.region, credentials }),
  );
}
