import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { BeepsClient } from '@beepsdev/sdk';
import { z } from 'zod';
import { type SessionFinished, sessionFinishedSchema } from '../../../functions/contract/events.ts';
import type { FaultInjector } from '../../../infra/local/faults/injector.ts';
import { type LocalStack, type LocalStackOptions, startLocalStack } from '../../../infra/local/local-stack.ts';
import { OutcomeLog } from '../../../infra/local/outcome-log.ts';
import { recordCalls } from '../recorded-calls.ts';
import { askShared } from './ask-shared.ts';
import { sparing } from './sparing.ts';

/** How a test names an OpenCode server: its address and what the integration is given. */
export interface ServerAccess {
  url: string;
  username: string;
  password: string;
}

export interface RuleOptions {
  server: ServerAccess;
  pollInterval?: number;
  maxPollAttempts?: number;
  openCodeModel?: { providerID: string; modelID: string };
  stormThreshold?: number;
  stormWindowSeconds?: number;
  maxImmediateDispatches?: number;
  config?: Record<string, unknown>;
  /** Of the integration, beside the user name. */
  metadata?: Record<string, unknown>;
}

/**
 * Config of a rule whose session changes nothing: without a worktree of its own it costs the server a third of the CPU
 * time, since it is at home in the directory already.
 */
export const inPlace = { workspace: 'shared' };

const executionSchema = z.object({
  status: z.string(),
  error: z.string().optional(),
  cause: z.string().optional(),
  input: z.string(),
  output: z.string().optional(),
});
type Execution = z.infer<typeof executionSchema>;

type StackAccess = Pick<LocalStack, 'outputs' | 'awsEndpointUrl'>;

/** The synthesized stack, running on this machine, with the clients a user has. */
export interface System {
  stack: StackAccess;
  dataDirectory: string;
  client: BeepsClient;
  apiToken: string;
  /** Creates integration, relay and rule. */
  relayFor(options: RuleOptions): Promise<RelayAccess>;
  /** The address of such a relay's hook. */
  hookFor(options: RuleOptions): Promise<string>;
  /** Resolves with the outcome event of the alert. */
  outcomeOf(alertId: string): Promise<SessionFinished>;
  execution(arn: string): Promise<Execution>;
  history(arn: string): Promise<object[]>;
  /** Of the sessions, or of the machine that an output of the stack names. */
  executionArns(machine?: string): Promise<string[]>;
  /** Of these executions, those of a relay. */
  executionsOf(relayId: string, machine?: string): Promise<string[]>;
  object(bucket: string, key: string): Promise<string>;
}

interface RelayAccess {
  hook: string;
  relayId: string;
  integrationId: string;
}

/** One that a test has for itself. */
export interface OwnSystem extends System {
  /** ARNs of the executions that go on from an earlier start. */
  resumed: string[];

  /** Injects trouble, and counts it. */
  faults: FaultInjector;
  stop(): Promise<void>;
}

/** What a client of a local stack is made with. */
export const awsOptions = (endpoint: string) => ({
  endpoint,
  region: 'eu-central-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});

/** The stack of all system tests that neither pause nor count what is on it. */
export async function sharedSystem(): Promise<System> {
  const access = sharedStackSchema.parse(await askShared('stack'));
  const outcomeOf = async (alertId: string) => sessionFinishedSchema.parse(await askShared(`outcomes/${alertId}`));
  return connectSystem({ stack: access, dataDirectory: access.dataDirectory, outcomeOf });
}

const sharedStackSchema = z.object({
  dataDirectory: z.string(),
  outputs: z.record(z.string(), z.string()),
  awsEndpointUrl: z.string(),
});

export async function startSystem(
  options: { dataDirectory?: string; assembly?: string } & Pick<LocalStackOptions, 'dropsEvent'> = {},
): Promise<OwnSystem> {
  const dataDirectory = options.dataDirectory ?? (await mkdtemp(join(tmpdir(), 'opencode-relay-system-')));
  const outcomes = new OutcomeLog();
  const stack = await startLocalStack({
    assembly: options.assembly ?? z.string().parse(await askShared('assembly')),
    dataDirectory: join(dataDirectory, 'aws'),
    logDirectory: join(dataDirectory, 'logs'),
    port: 0,
    warmth: sparing,
    onEvent: (event) => outcomes.add(event),
    ...recordCalls(),
    ...(options.dropsEvent && { dropsEvent: options.dropsEvent }),
  });
  const system = await connectSystem({ stack, dataDirectory, outcomeOf: (alertId) => outcomes.of(alertId) });
  return {
    ...system,
    resumed: stack.resumed.map(({ executionArn }) => executionArn),

    faults: stack.faults,
    async stop() {
      await stack.stop();
      if (!options.dataDirectory) await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

async function connectSystem(
  access: Pick<System, 'dataDirectory' | 'outcomeOf'> & { stack: StackAccess },
): Promise<System> {
  const { stack } = access;
  const aws = awsOptions(stack.awsEndpointUrl);
  const sfn = new SFNClient(aws);
  const s3 = new S3Client({ ...aws, forcePathStyle: true });
  const apiToken = await readApiToken(aws, output(stack, 'ApiTokenSecretArn'));
  // By itself the SDK gives up after 10 s, which a machine full of other tests may need for a first answer.
  const client = new BeepsClient({ accessToken: apiToken, baseURL: output(stack, 'ApiUrl'), timeoutMs: 60_000 });

  const relayFor = (rule: RuleOptions) => createRule(client, output(stack, 'HooksUrl'), rule);
  const execution = async (arn: string) =>
    executionSchema.parse(await sfn.send(new DescribeExecutionCommand({ executionArn: arn })));
  const executionArns = async (machine = 'StateMachineArn') => {
    const { executions } = await sfn.send(
      new ListExecutionsCommand({ stateMachineArn: output(stack, machine), maxResults: 1_000 }),
    );
    return (executions ?? []).map(({ executionArn }) => executionArn ?? '');
  };

  return {
    ...access,
    client,
    apiToken,
    relayFor,
    hookFor: async (rule) => (await relayFor(rule)).hook,
    execution,
    executionArns,
    async executionsOf(relayId, machine) {
      const arns = await executionArns(machine);
      const inputs = await Promise.all(arns.map(async (arn) => (await execution(arn)).input));
      return arns.filter((_, index) => inputs[index]?.includes(relayId));
    },
    async history(arn) {
      const { events } = await sfn.send(new GetExecutionHistoryCommand({ executionArn: arn, maxResults: 1_000 }));
      return events ?? [];
    },
    async object(bucket, key) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return (await Body?.transformToString()) ?? '';
    },
  };
}

/** Posts one generic alert, whose message carries the scripted model's marker, and returns its id. */
export async function fire(
  hookUrl: string,
  title: string,
  script: string,
  headers: Record<string, string> = {},
): Promise<string> {
  const response = await fetch(hookUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ title, message: script, severity: 'high', source: 'system-test', dedup_key: title }),
  });
  if (response.status !== 202) throw new Error(`The hook answered ${response.status}: ${await response.text()}`);
  const [alertId] = z.object({ alertIds: z.array(z.string()) }).parse(await response.json()).alertIds;
  if (alertId === undefined) throw new Error('The hook accepted no alert');
  return alertId;
}

export function output(stack: StackAccess, name: string): string {
  const value = stack.outputs[name];
  if (value === undefined) throw new Error(`The stack has no output ${name}`);
  return value;
}

async function readApiToken(aws: ReturnType<typeof awsOptions>, secretArn: string): Promise<string> {
  const { SecretString } = await new SecretsManagerClient(aws).send(new GetSecretValueCommand({ SecretId: secretArn }));
  return z.object({ admin: z.string() }).parse(JSON.parse(SecretString ?? '{}')).admin;
}

async function createRule(
  client: BeepsClient,
  hooksUrl: string,
  { server, config, metadata, ...polling }: RuleOptions,
): Promise<RelayAccess> {
  // The same creation within a minute is the same resource, and files must not share one.
  const integration = await client.integration.create({
    name: `OpenCode ${randomUUID()}`,
    provider: 'opencode',
    apiKey: server.password,
    metadata: { username: server.username, ...metadata },
  });
  const relay = await client.relay.create({ name: `System test ${randomUUID()}` });
  await client.relay.rules.create(relay.id, {
    name: 'Investigate',
    ruleType: 'agent',
    config: {
      agentType: 'opencode',
      integrationId: integration.id,
      endpoint: server.url,
      pollInterval: 1_000,
      maxPollAttempts: 90,
      ...polling,
      ...(config && { config }),
    },
  });
  const [webhook] = await client.webhook.listByRelay(relay.id);
  if (!webhook) throw new Error('The relay has no webhook');
  return { hook: `${hooksUrl}/${webhook.webhookKey}`, relayId: relay.id, integrationId: integration.id };
}
