import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
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
  /** Stands between the engine and its requests. */
  around?: (tables: AwsService) => AwsService;
}

/**
 * A table of its own on the local stack's engine, in the memory of this process. The SDK writes requests and reads
 * answers as it does on AWS; only the socket between them, and the signature, are left out: two thirds of the CPU time.
 */
export async function startTable({ onRequest, around = (tables) => tables }: TableOptions = {}): Promise<{
  table: Table;
  /** For who makes a table's client without being told which. */
  client: DynamoDBClient;
  stop(): Promise<void>;
}> {
  const tables = await openTables();
  const requestHandler = handlerOf(around(tables), onRequest);
  const signer = { sign: async <Request>(request: Request) => request };
  const client = new DynamoDBClient({ region, credentials, signer, requestHandler });
  const stop = async () => {
    client.destroy();
    await tables.close();
  };
  return { table: connectTable(name, client), client, stop };
}

/** The engine, with the relay's table and nothing in it. */
export async function openTables(): Promise<Tables> {
  const tables = await Tables.open({ region, account: '000000000000' });
  const { partitionKey, sortKey } = newestIndex;
  await tables.ensure({
    name,
    attributes: ['pk', 'sk', partitionKey, sortKey].map((each) => ({ name: each, type: 'S' as const })),
    keySchema: keysOf('pk', 'sk'),
    indexes: [{ name: newestIndex.name, keySchema: keysOf(partitionKey, sortKey) }],
  });
  return tables;
}

/** What the service says to a request of the SDK, as it is on the wire. */
export async function answerTable(
  service: AwsService,
  operation: string,
  body: string,
): Promise<{ statusCode: number; body: string }> {
  try {
    return { statusCode: 200, body: JSON.stringify(await service.call(operation, JSON.parse(body))) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { type, message, details, status } = error;
    return { statusCode: status, body: JSON.stringify({ __type: type, message, ...details }) };
  }
}

export const operationOf = (target: unknown): string => String(target).split('.')[1] ?? '';

const requestSchema = z.object({ headers: z.record(z.string(), z.string()), body: z.instanceof(Uint8Array) });

function handlerOf(
  service: AwsService,
  onRequest: TableOptions['onRequest'],
): NonNullable<DynamoDBClientConfig['requestHandler']> {
  return {
    async handle(request: unknown) {
      const { headers, body: bytes } = requestSchema.parse(request);
      const operation = operationOf(headers['x-amz-target']);
      const body = new TextDecoder().decode(bytes);
      onRequest?.(operation, body);
      const answer = await answerTable(service, operation, body);
      return { response: { ...answer, body: Buffer.from(answer.body), headers: {} } };
    },
  };
}

const keysOf = (hash: string, range: string) => [
  { name: hash, type: 'HASH' as const },
  { name: range, type: 'RANGE' as const },
];
