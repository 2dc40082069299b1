import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { InvokeCommand, type InvokeCommandOutput, LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand, ListObjectVersionsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { BatchWriteCommand, type BatchWriteCommandInput, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { vi } from 'vitest';
import { environment } from '../../../functions/contract/environment.ts';
import { httpEvent } from '../api-client.ts';
import { lambdaContext } from '../fakes/lambda-context.ts';
import { loadAnew } from '../load-anew.ts';
import { mockClient } from '../mock-client.ts';
import { startTable } from '../table.ts';
import { seedExamples } from './seed.ts';

/** A request of the management API. The path has its prefix and its query. */
export interface Asked {
  method: string;
  path: string;
  /** Bytes are sent in base64, as API Gateway does with what is not text. */
  body?: string | Buffer;
  headers?: Record<string, string>;
}

export interface Answered {
  status: number;
  headers: Record<string, string>;
  body: string;
  json: unknown;
}

type Writes = NonNullable<BatchWriteCommandInput['RequestItems']>[string];
const BATCH = 25;
/** Rows that are written about requests: counters, and changes before they are made. */
const aside = ['RATE#', 'CHANGE#'];

const secretsManager = mockClient(SecretsManagerClient);
const executions = mockClient(SFNClient);
const lambda = mockClient(LambdaClient);
const buckets = mockClient(S3Client);

/** The deployed handler itself, whose client asks a table of its own; the other services are mocked. */
export async function startManage() {
  let writes = 0;
  const { table, client, stop } = await startTable({
    onRequest: (operation, body) => {
      if (!/^(Get|BatchGet|Query|Scan)/.test(operation) && !aside.some((prefix) => body.includes(prefix))) writes++;
    },
  });
  const logged: Record<string, unknown>[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((line) => {
      for (const text of String(line).split('\n')) if (text.startsWith('{')) logged.push(JSON.parse(text));
      return true;
    });
  }
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  for (const name of Object.values(environment)) vi.stubEnv(name, name === environment.stackBudget ? '{}' : 'set');
  vi.stubEnv(environment.tableName, table.name);
  vi.stubEnv(environment.writeReportFunction, 'write-report');
  vi.stubEnv(environment.frontHeader, '');
  vi.stubEnv(environment.tokenRatePerSecond, '100000');
  vi.stubEnv(environment.stateMachineArn, 'arn:aws:states:eu-central-1:000000000000:stateMachine:sessions');
  secretsManager.on(GetSecretValueCommand).resolves({ SecretString: '{"admin":"admin-token","ci":"ci-token"}' });
  secretsManager.on(CreateSecretCommand).resolves({});
  secretsManager.on(PutSecretValueCommand).resolves({});
  secretsManager.on(DeleteSecretCommand).resolves({});
  buckets.on(PutObjectCommand).resolves({});
  buckets.on(ListObjectVersionsCommand).resolves({});
  buckets.on(DeleteObjectCommand).resolves({});
  executions.on(StartExecutionCommand).resolves({});
  lambda.on(InvokeCommand).resolves({ Payload: payloadOf({ findings: [lookedAt] }) });
  lambda.on(InvokeCommand, { FunctionName: 'write-report' }).resolves({ Payload: payloadOf({ status: 'written' }) });
  executions.on(StopExecutionCommand).resolves({});
  loadAnew();
  const { dynamoDbClient } = await import('../../../functions/adapters/clients/dynamodb.ts');
  const { requestHandler, signer } = client.config;
  Object.assign(dynamoDbClient().config, { requestHandler, signer });
  const { handler } = await import('../../../functions/api/manage/handler.ts');

  const allRows = async (): Promise<Record<string, unknown>[]> => {
    const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.name, ConsistentRead: true }));
    return Items.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  };
  /** All rows but those aside, in the order of their keys. */
  const rows = async (): Promise<Record<string, unknown>[]> =>
    (await allRows()).filter(({ pk }) => !aside.some((prefix) => String(pk).startsWith(prefix)));

  /** At once, as far as DynamoDB allows it. */
  const write = async (requests: Writes) => {
    for (let at = 0; at < requests.length; at += BATCH) {
      await table.client.send(
        new BatchWriteCommand({ RequestItems: { [table.name]: requests.slice(at, at + BATCH) } }),
      );
    }
  };
  const seeds = new Map<string, Map<string, Record<string, unknown>>>();
  const byKey = (list: Record<string, unknown>[]) => new Map(list.map((row) => [keyOf(row), row]));

  return {
    /** All log lines so far, parsed. */
    logged,
    rows,

    /** Requests so far that wrote to the table, whatever came of them, but for rows aside. */
    writes: (): number => writes,

    /** Calls that would have changed a secret or an execution. */
    effects: (): number =>
      [...secretsManager.calls(), ...executions.calls()].filter(({ args: [command] }) => isWrite(command)).length,

    /** Leaves one of each resource in the table, and nothing else. */
    async reset(state: Partial<Parameters<typeof seedExamples>[1]> = {}) {
      const key = JSON.stringify(state);
      const before = await allRows();
      const seed = seeds.get(key);
      const foreign = before.filter((row) => !seed?.has(keyOf(row)));
      await write(foreign.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } })));
      if (seed) {
        const present = byKey(before);
        const lost = [...seed].filter(([at, row]) => !isDeepStrictEqual(present.get(at), row));
        return write(lost.map(([, Item]) => ({ PutRequest: { Item } })));
      }
      await seedExamples(table, { jobEnded: true, ruled: true, failed: false, closed: false, ...state });
      seeds.set(key, byKey(await rows()));
    },

    async ask({ method, path, body, headers = {} }: Asked): Promise<Answered> {
      const bytes = Buffer.isBuffer(body) ? { body: body.toString('base64'), isBase64Encoded: true } : { body };
      const event = httpEvent(method, path, {
        headers: { authorization: 'Bearer admin-token', ...headers },
        requestContext: { requestId: randomUUID(), http: { method } },
        ...bytes,
      });
      const answer = await handler(event, lambdaContext('manage'));
      return { status: answer.statusCode, headers: answer.headers, body: answer.body, json: JSON.parse(answer.body) };
    },

    async stop() {
      vi.restoreAllMocks();
      vi.unstubAllEnvs();
      await stop();
    },
  };
}
export type ManageWorld = Awaited<ReturnType<typeof startManage>>;

/** What `check-servers` found of the one server that is asked for. */
const lookedAt = {
  version: '1.18.33',
  problems: [],
  repository: { directory: '/srv/work/shop', state: { files: { config: 'a' }, branches: {}, complete: true } },
};
function payloadOf(answer: object): NonNullable<InvokeCommandOutput['Payload']> {
  const text = JSON.stringify(answer);
  return Object.assign(new TextEncoder().encode(text), { transformToString: () => text });
}

const isWrite = (command: object): boolean => !(command instanceof GetSecretValueCommand);

const keyOf = ({ pk, sk }: Record<string, unknown>): string => `${pk} ${sk}`;

/**
 * What has to be there for an operation's example to be taken: a session at work, an integration that no rule needs, an
 * alert that is over.
 */
export const stateFor = (operation: string): Partial<Parameters<typeof seedExamples>[1]> => ({
  jobEnded: operation !== 'cancelJob' && operation !== 'stopSessions',
  ruled: operation !== 'deleteIntegration',
  failed: operation === 'replayFailed',
  closed: operation === 'eraseAlert',
});
