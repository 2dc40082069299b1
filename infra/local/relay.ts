import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { synthesize } from './assembly.ts';
import { lockFolder } from './folder-lock.ts';
import { type LocalStack, type LocalStackOptions, startLocalStack } from './local-stack.ts';
import { doubleNotice, startEmbeddedDouble } from './opencode/embedded-double.ts';
import { createSampleRepository } from './opencode/sample-repository.ts';
import { startScriptedModel } from './opencode/scripted-model.ts';
import { startOpenCode } from './opencode/server.ts';
import type { Options } from './options.ts';
import { openSettings, type Settings, writePrivate } from './settings.ts';

export interface Outputs extends Record<string, string> {
  ApiUrl: string;
  HooksUrl: string;
  ApiToken: string;
  AwsEndpointUrl: string;
  OpenCodeUrl: string;
  OpenCodeUsername: string;
  OpenCodePassword: string;
}

export interface LocalRelay {
  outputs: Outputs;
  /** Where the outputs are written for other programs. */
  outputsFile: string;
  /** What has to be said of the OpenCode server; undefined where it is a real one. */
  notice: string | undefined;
  stop(): Promise<void>;
}

type Watchers = Pick<LocalStackOptions, 'onEvent' | 'onExecutionHistory' | 'onFault'>;

/** Brings up the OpenCode server (unless the engineer has one) and, beside it, what the synthesized template says. */
export async function startRelay(
  options: Pick<Options, 'dataDirectory' | 'port' | 'server' | 'openCode'>,
  watchers: Watchers,
): Promise<LocalRelay> {
  const { dataDirectory } = options;
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  const lock = await lockFolder(dataDirectory);
  const settings = await openSettings(dataDirectory);
  const started: { stop(): Promise<void> }[] = [{ stop: () => lock.release() }];
  const stop = async () => {
    for (const part of started.splice(0).reverse()) await part.stop();
  };
  try {
    const privateHosts = [options.server ? new URL(options.server.endpoint).hostname : '127.0.0.1'];
    const [assembly, openCode] = await Promise.all([
      synthesize(dataDirectory, privateHosts),
      options.server ?? startEmbedded(options, settings, started),
    ]);
    const stack = await startLocalStack({
      assembly,
      dataDirectory: join(dataDirectory, 'aws'),
      logDirectory: join(dataDirectory, 'logs'),
      port: options.port,
      awsPort: settings.awsPort,
      ...watchers,
    });
    started.push(stack);
    const outputs: Outputs = {
      ...stack.outputs,
      ApiUrl: output(stack, 'ApiUrl'),
      HooksUrl: output(stack, 'HooksUrl'),
      ApiToken: await readApiToken(stack),
      AwsEndpointUrl: stack.awsEndpointUrl,
      OpenCodeUrl: openCode.endpoint,
      OpenCodeUsername: openCode.username,
      OpenCodePassword: openCode.password,
    };
    const outputsFile = join(dataDirectory, 'outputs.json');
    await writePrivate(outputsFile, outputs);
    const notice = options.server === undefined && options.openCode === '2' ? doubleNotice : undefined;
    return { outputs, outputsFile, notice, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startEmbedded(
  { dataDirectory, openCode }: Pick<Options, 'dataDirectory' | 'openCode'>,
  settings: Settings,
  started: { stop(): Promise<void> }[],
) {
  if (openCode === '2') {
    const access = { port: settings.openCodePort, password: settings.openCodePassword };
    const double = await startEmbeddedDouble(dataDirectory, access);
    started.push(double);
    return { endpoint: double.url, username: 'opencode', password: access.password };
  }
  const repository = join(dataDirectory, 'repository');
  const username = 'opencode';
  const password = settings.openCodePassword;
  await createSampleRepository(repository);
  const model = await startScriptedModel();
  started.push({ stop: () => model.close() });
  const server = await startOpenCode({
    dataDirectory: join(dataDirectory, 'opencode'),
    repository,
    modelUrl: model.url,
    username,
    password,
    port: settings.openCodePort,
  });
  started.push(server);
  return { endpoint: server.url, username, password };
}

function output(stack: LocalStack, name: string): string {
  const value = stack.outputs[name];
  if (value === undefined) throw new Error(`The stack has no output ${name}`);
  return value;
}

async function readApiToken(stack: LocalStack): Promise<string> {
  const secrets = new SecretsManagerClient({
    endpoint: stack.awsEndpointUrl,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const { SecretString } = await secrets.send(
    new GetSecretValueCommand({ SecretId: output(stack, 'ApiTokenSecretArn') }),
  );
  return z.object({ admin: z.string() }).parse(JSON.parse(SecretString ?? '{}')).admin;
}
