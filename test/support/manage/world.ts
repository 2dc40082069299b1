import { randomUUID } from 'node:crypto';
import { LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { DeleteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { vi } from 'vitest';
import { environment } from '../../../functions/contract/environment.ts';
import { httpEvent } from '../api-client.ts';
import { lambdaContext } from '../fakes/lambda-context.ts';
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

const secretsManager = mockClient(SecretsManagerClient);
const executions = mockClient(SFNClient);
mockClient(LambdaClient);

/** The deployed handler itself, over a table on the wire; Secrets Manager, Step Functions and Lambda are mocked. */
export async function startManage() {
  const { table, stop } = await startTable();
  const logged: Record<string, unknown>[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((line) => {
      for (const text of String(line).split('\n')) if (text.startsWith('{')) logged.push(JSON.parse(text));
      return true;
    });
  }
  const endpoint = await table.client.config.endpoint?.();
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', `http://127.0.0.1:${endpoint?.port}`);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  for (const name of Object.values(environment)) vi.stubEnv(name, name === environment.stackBudget ? '{}' : 'set');
  vi.stubEnv(environment.tableName, table.name);
  vi.stubEnv(environment.tokenRatePerSecond, '100000');
  vi.stubEnv(environment.stateMachineArn, 'arn:aws:states:eu-central-1:000000000000:stateMachine:sessions');
  secretsManager.on(GetSecretValueCommand).resolves({ SecretString: '{"admin":"admin-token","ci":"ci-token"}' });
  secretsManager.on(CreateSecretCommand).resolves({});
  secretsManager.on(PutSecretValueCommand).resolves({});
  secretsManager.on(DeleteSecretCommand).resolves({});
  executions.on(StartExecutionCommand).resolves({});
  executions.on(StopExecutionCommand).resolves({});
  const { handler } = await import('../../../functions/api/manage/handler.ts');

  /** All rows but the rate counters, in the order of their keys. */
  const rows = async (): Promise<Record<string, unknown>[]> => {
    const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.name, ConsistentRead: true }));
    return Items.filter(({ pk }) => !String(pk).startsWith('RATE#')).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  };

  return {
    /** All log lines so far, parsed. */
    logged,
    rows,

    /** Calls that would have changed a secret or an execution. */
    effects: (): number =>
      [...secretsManager.calls(), ...executions.calls()].filter(({ args: [command] }) => isWrite(command)).length,

    /** Empties the table and stores one of each resource in it. */
    async reset(state: Partial<Parameters<typeof seedExamples>[1]> = {}) {
      for (const { pk, sk } of await rows()) {
        await table.client.send(new DeleteCommand({ TableName: table.name, Key: { pk, sk } }));
      }
      await seedExamples(table, { jobEnded: true, ruled: true, ...state });
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

const isWrite = (command: object): boolean => !(command instanceof GetSecretValueCommand);

const keyOf = ({ pk, sk }: Record<string, unknown>): string => `${pk} ${sk}`;

/** What has to be there for an operation's example to be taken: a session at work, an integration that no rule needs. */
export const stateFor = (operation: string): Partial<Parameters<typeof seedExamples>[1]> => ({
  jobEnded: operation !== 'cancelJob' && operation !== 'stopSessions',
  ruled: operation !== 'deleteIntegration',
});
