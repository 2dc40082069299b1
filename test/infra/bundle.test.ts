import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { devNull, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { environment } from '../../functions/contract/environment.ts';
import { bundleFunctions, functionNames } from '../../infra/bundle.ts';
import type { FunctionName } from '../../infra/functions.ts';
import { referenceText } from '../support/references.ts';
import { resourcesIn, synthesizedTemplate } from '../support/stack.ts';

/** What was measured and a tenth: an import that drags in another client, or another copy of one, shows here. */
const budgetKB: Record<FunctionName, number> = {
  'receive-alert': 445,
  'receive-alarm': 420,
  'route-alert': 480,
  manage: 910,
  'check-servers': 360,
  'create-session': 425,
  'send-prompt': 410,
  'verify-patch': 600,
  'send-findings': 420,
  'poll-session': 425,
  'collect-result': 625,
  'abort-session': 410,
  'session-stopped': 645,
  'decide-step': 460,
  'run-stopped': 365,
  'check-storm': 460,
  'triage-storm': 410,
  'record-root-cause': 455,
  'storm-stopped': 360,
  'call-webhook': 365,
  sweep: 505,
  'clear-session': 410,
  'write-digest': 400,
  'write-report': 800,
  'send-heartbeat': 385,
};

const bundles = await bundleFunctions();

describe.each(functionNames)('%s', (name) => {
  test('keeps to its budget', () => {
    expect(bundles[name].bytes / 1_000).toBeLessThan(budgetKB[name]);
  });

  test('brings all its packages, and imports no built-in module by its ESM face', () => {
    expect(bundles[name].imports).toEqual([]);
  });

  const sourcesOf = async () => {
    const map = await readFile(join(bundles[name].folder, 'index.mjs.map'), 'utf8');
    return z.object({ sources: z.array(z.string()) }).parse(JSON.parse(map)).sources;
  };

  test('leaves out what no function uses of its packages', async () => {
    const unused = /\/(event-streams\/event|mnemonist|(Md5|Sha256|Crc32)Js\.js|zod\/v4\/locales\/(?!en\.))/;
    const jsonSchema = name === 'manage' ? [] : [/\/json-schema-processors\.js/];
    const sources = await sourcesOf();
    for (const part of [unused, ...jsonSchema]) expect(sources.filter((source) => part.test(source))).toEqual([]);
    expect(await readFile(join(bundles[name].folder, 'index.mjs'), 'utf8')).not.toContain('"devDependencies"');
  });

  test('takes credentials from the environment and has no other way to get them', async () => {
    const sources = await sourcesOf();
    const own = /@aws-sdk\/credential-provider-(env|node)\//;
    const others = /\/(credential-provider-[a-z-]+|nested-clients|token-providers|client-sts|client-sso)\//;
    expect(sources.filter((source) => own.test(source))).not.toEqual([]);
    expect(sources.filter((source) => others.test(source) && !own.test(source))).toEqual([]);
  });
});

const relay = `rly_${'0'.repeat(32)}`;
const { named } = resourcesIn(synthesizedTemplate({ cloudWatchAlarmsRelay: relay }));
const variablesSchema = z.object({ Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }) });

/** As the stack sets them. */
const variablesOf = (name: FunctionName): Record<string, string> => {
  const id = name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
  const { Variables } = variablesSchema.parse(named('AWS::Lambda::Function', `${id}Function`).Properties).Environment;
  return Object.fromEntries(Object.entries(Variables).map(([key, value]) => [key, referenceText(value)]));
};

/**
 * Loads each bundle as Lambda does, with what the stack sets and what Lambda sets itself, and tells what it read.
 * Handlers read their variables when they are loaded, so that a missing one fails the first start and not the first
 * alert.
 */
const reader = `
const { parentPort, workerData } = require('node:worker_threads');
(async () => {
  for (const { name, url, variables } of workerData) {
    const read = new Set();
    process.env = new Proxy({ ...variables, AWS_REGION: 'eu-central-1' }, {
      get: (target, key) => (read.add(key), target[key]),
    });
    const problem = await import(url).then(() => null, (error) => error.message);
    parentPort.postMessage({ name, read: [...read].filter((key) => typeof key === 'string'), problem });
  }
})();`;
const readSchema = z.object({ name: z.string(), read: z.array(z.string()), problem: z.string().nullable() });

/** Where Lambda's `/var/task` is not: any JSON object of strings. */
const doorsFile = await mkdtemp(join(tmpdir(), 'opencode-relay-doors-')).then(async (folder) => {
  const file = join(folder, 'alarm-doors.json');
  await writeFile(file, '{}');
  return file;
});
afterAll(() => rm(dirname(doorsFile), { recursive: true, force: true }));

const read = await new Promise<Map<string, z.infer<typeof readSchema>>>((resolve, reject) => {
  const found = new Map<string, z.infer<typeof readSchema>>();
  const workerData = functionNames.map((name) => ({
    name,
    url: pathToFileURL(join(bundles[name].folder, 'index.mjs')).href,
    variables: { ...variablesOf(name), ...(name === 'receive-alarm' && { ALARM_DOORS_FILE: doorsFile }) },
  }));
  new Worker(reader, { eval: true, workerData })
    .on('message', (message) => {
      const parsed = readSchema.parse(message);
      found.set(parsed.name, parsed);
    })
    .on('error', reject)
    .on('exit', () => resolve(found));
});

describe('what a bundle reads is what the stack tells it', () => {
  const ours: string[] = Object.values(environment);

  test.each(functionNames)('%s', (name) => {
    const { problem, read: names = [] } = read.get(name) ?? {};
    expect(problem).toBeNull();
    const told = Object.keys(variablesOf(name)).filter((key) => key !== 'NODE_OPTIONS');
    expect(told.sort()).toEqual(names.filter((key) => ours.includes(key)).sort());
  });
});

/** One delivery to `receive-alert`, with all that the stack sets and none of what Lambda sets for the role. */
const caller = `
const { parentPort, workerData } = require('node:worker_threads');
(async () => {
  const { url, event } = workerData;
  const { handler } = await import(url);
  parentPort.postMessage(await handler(event, { functionName: 'receive-alert' }));
})();`;

test('a function without credentials in its environment refuses, whatever profile is at hand, and its log says why', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'opencode-relay-profile-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const profile = join(folder, 'credentials');
  await writeFile(profile, '[default]\naws_access_key_id = local\naws_secret_access_key = local\n');
  const worker = new Worker(caller, {
    eval: true,
    stdout: true,
    stderr: true,
    workerData: {
      url: pathToFileURL(join(bundles['receive-alert'].folder, 'index.mjs')).href,
      event: { requestContext: { requestId: 'request-1' }, pathParameters: { webhookKey: 'key' }, body: '{}' },
    },
    // The SDK's own chain would take the profile, and fail at the endpoint only.
    env: {
      ...variablesOf('receive-alert'),
      AWS_REGION: 'eu-central-1',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      AWS_CONFIG_FILE: devNull,
      AWS_SHARED_CREDENTIALS_FILE: profile,
    },
  });
  const printed = Promise.all([text(worker.stdout), text(worker.stderr)]);
  const [answer] = await once(worker, 'message');
  await worker.terminate();
  expect(answer).toMatchObject({ statusCode: 503, body: expect.stringContaining('"not_stored"') });
  expect((await printed).join('')).toContain('"name":"CredentialsProviderError"');
});

describe('a variable leads to the same thing everywhere', () => {
  const expected: Record<keyof typeof environment, string> = {
    tableName: '<DataTable>',
    deliveryQueueUrl: '<DeliveriesQueue>',
    stateMachineArn: '<SessionsMachine>',
    relayRunMachineArn: '<RelayRunsMachine>',
    stormMachineArn: '<StormsMachine>',
    webhookQueueUrl: '<WebhookCallsQueue>',
    webhookDeadLettersUrl: '<WebhookCallsDeadLetters>',
    webhookSigningSecretArn: '<WebhookSigningSecret>',
    stackBudget: '{}',
    resultsBucket: '<ResultsBucket>',
    auditBucket: '<AuditBucket>',
    auditRetentionDays: '400',
    alertRetentionDays: '400',
    eventBusName: '<OutcomesBus>',
    apiTokenSecretArn: '<ApiTokensSecret>',
    secretPrefix: 'OpencodeRelay',
    tokenRatePerSecond: '50',
    privateHosts: '',
    hookRatePerSecond: '100',
    frontHeader: '',
    frontSecretArn: '',
    privateServers: 'allowed',
    privateWebhooks: 'refused',
    alarmDoorsFile: '/var/task/alarm-doors.json',
    stackName: 'OpencodeRelay',
    metricDimensions: 'rule,integration',
    egressProxy: '',
    clientCertificateSecret: '',
    secretKeyArn: '',
    checkServersFunction: '<CheckServersFunction>',
    writeReportFunction: '<WriteReportFunction>',
    apiUrl: '<ApiHttp.ApiEndpoint>/v0',
    hooksUrl: '<ApiHttp.ApiEndpoint>/hooks',
    heartbeatSecretArn: '<HeartbeatKey>',
  };

  const expectedOf = new Map(Object.entries(expected));

  test.each(Object.entries(environment))('%s, as %s', (key, name) => {
    const values = functionNames.flatMap((fn) => variablesOf(fn)[name] ?? []);
    expect([...new Set(values)]).toEqual([expectedOf.get(key)]);
  });
});
