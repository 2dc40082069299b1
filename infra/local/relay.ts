import { join } from 'node:path';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { synthesize } from './assembly.ts';
import { Console } from './console/console.ts';
import type { FaultInjector } from './faults/injector.ts';
import { lockFolder } from './folder-lock.ts';
import { type LocalStack, type LocalStackOptions, startLocalStack } from './local-stack.ts';
import { endLostSessions } from './lost-sessions.ts';
import { doubleNotice, startEmbeddedDouble } from './opencode/embedded-double.ts';
import { createSampleRepository } from './opencode/sample-repository.ts';
import { startScriptedModel } from './opencode/scripted-model.ts';
import { startOpenCode } from './opencode/server.ts';
import type { Options } from './options.ts';
import type { Restarted } from './remarks.ts';
import { openSettings, type Settings, writePrivate } from './settings.ts';
import { folderPortTaken, prepareFolder, requireFreePort } from './surroundings.ts';
import type { Terminal } from './terminal.ts';

export interface Outputs extends Record<string, string> {
  ApiUrl: string;
  HooksUrl: string;
  ApiToken: string;
  AwsEndpointUrl: string;
  OpenCodeUrl: string;
  OpenCodeUsername: string;
  OpenCodePassword: string;
  ConsoleUrl: string;
}

export interface LocalRelay {
  outputs: Outputs;
  /** Where the outputs are written for other programs. */
  outputsFile: string;
  /** What the end of the last start had cut off. */
  restarted: Restarted;
  /** What has to be said of the OpenCode server; undefined where it is a real one. */
  notice: string | undefined;
  /** Injects trouble from now on. */
  faults: FaultInjector;
  stop(): Promise<void>;
}

type Watchers = Pick<
  LocalStackOptions,
  'onEvent' | 'onExecutionHistory' | 'onDecision' | 'onAuthorization' | 'onFault'
>;
type RelayOptions = Pick<Options, 'dataDirectory' | 'port' | 'server' | 'openCode' | 'overrides'> &
  Partial<Pick<Options, 'concurrency'>>;

/** Where functions print, a file for each. */
const logDirectoryOf = (dataDirectory: string): string => join(dataDirectory, 'logs');

/**
 * Brings up the OpenCode server (unless the engineer has one) and, beside it, what the synthesized template says. What
 * would be in the way is found out first. Throws with everything ended again, child processes too.
 */
export async function startRelay(
  options: RelayOptions,
  watchers: Watchers,
  terminal: Pick<Terminal, 'phase'>,
): Promise<LocalRelay> {
  const { dataDirectory } = options;
  await prepareFolder(dataDirectory);
  const lock = await lockFolder(dataDirectory);
  const started: { stop(): Promise<void> }[] = [{ stop: () => lock.release() }];
  const stop = async () => {
    for (const part of started.splice(0).reverse()) await part.stop();
  };
  try {
    await requireFreePort(options.port);
    const settings = await openSettings(dataDirectory);
    await requireFreePort(settings.awsPort, folderPortTaken(settings.awsPort, 'the AWS endpoint'));
    const { assembly, openCode } = await prepare(options, settings, started, terminal);
    const phase = terminal.phase('stack');
    const page = new Console();
    started.push({ stop: async () => page.close() });
    const stack = await startLocalStack({
      assembly,
      dataDirectory: join(dataDirectory, 'aws'),
      logDirectory: logDirectoryOf(dataDirectory),
      port: options.port,
      awsPort: settings.awsPort,
      ...(options.concurrency !== undefined && { concurrency: options.concurrency }),
      besides: page.answer,
      ...watchers,
      onDecision(decision) {
        page.alertChanged(decision.alertId);
        watchers.onDecision?.(decision);
      },
      onExecutionHistory(execution, event) {
        page.executionChanged(execution.name);
        watchers.onExecutionHistory?.(execution, event);
      },
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
      ConsoleUrl: `${new URL(output(stack, 'ApiUrl')).origin}/console`,
    };
    page.connect({
      ...outputs,
      StateMachineArn: output(stack, 'StateMachineArn'),
      RelayRunMachineArn: output(stack, 'RelayRunMachineArn'),
      StormMachineArn: output(stack, 'StormMachineArn'),
    });
    const outputsFile = join(dataDirectory, 'outputs.json');
    await writePrivate(outputsFile, outputs);
    phase.done('what the template says');
    const notice = options.server === undefined && options.openCode === '2' ? doubleNotice : undefined;
    const resumed = stack.resumed.map(({ name }) => name);
    // An engineer's own server stays; the embedded one ended with the last start, and its sessions with it.
    const lost = options.server ? [] : await endLostSessions(stack, openCode.endpoint);
    return { outputs, outputsFile, restarted: { resumed, lost }, notice, faults: stack.faults, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Assembly and server side by side. Where one of them fails, the other is given up, and has ended when this throws. */
async function prepare(
  options: RelayOptions,
  settings: Settings,
  started: { stop(): Promise<void> }[],
  { phase }: Pick<Terminal, 'phase'>,
) {
  const { dataDirectory, server, overrides } = options;
  const giveUp = new AbortController();
  const { signal } = giveUp;
  const privateHosts = [server ? new URL(server.endpoint).hostname : '127.0.0.1'];
  const assembly = synthesize(dataDirectory, { privateHosts, overrides, signal, phase });
  const openCode = server ? Promise.resolve(server) : startEmbedded(options, settings, started, signal, phase);
  try {
    // Whichever fails first: a rejection that nobody awaits yet would end the process, and leave its children.
    const [folder, access] = await Promise.all([assembly, openCode]);
    return { assembly: folder, openCode: access };
  } catch (error) {
    giveUp.abort(error);
    throw error;
  } finally {
    await Promise.allSettled([assembly, openCode]);
  }
}

async function startEmbedded(
  { dataDirectory, openCode }: Pick<RelayOptions, 'dataDirectory' | 'openCode'>,
  settings: Settings,
  started: { stop(): Promise<void> }[],
  signal: AbortSignal,
  phaseOf: Terminal['phase'],
) {
  const phase = phaseOf('OpenCode');
  if (openCode === '2') {
    const access = { port: settings.openCodePort, password: settings.openCodePassword };
    const double = await startEmbeddedDouble(dataDirectory, access);
    started.push(double);
    phase.done(`double of a 2.x server at ${double.url}`);
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
    signal,
  });
  started.push(server);
  phase.done(`server ${server.version} at ${server.url}`);
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
