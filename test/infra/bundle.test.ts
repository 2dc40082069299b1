import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { environment } from '../../functions/contract/environment.ts';
import { functionNames, reuseOrBundle } from '../../infra/bundle.ts';
import type { FunctionName } from '../../infra/functions.ts';
import { variablesOf } from '../support/function-variables.ts';

/** What was measured and a twentieth: an import that drags in another client, or another copy of one, shows here. */
const budgetKB: Record<FunctionName, number> = {
  'receive-alert': 315,
  'receive-alarm': 355,
  'route-alert': 430,
  manage: 755,
  'check-servers': 330,
  'create-session': 395,
  'send-prompt': 385,
  'verify-patch': 455,
  'send-findings': 385,
  'poll-session': 400,
  'collect-result': 595,
  'abort-session': 385,
  'session-stopped': 610,
  'decide-step': 400,
  'run-stopped': 320,
  'check-storm': 405,
  'triage-storm': 380,
  'record-root-cause': 405,
  'storm-stopped': 315,
  'call-webhook': 295,
  sweep: 465,
  'clear-session': 375,
  'write-digest': 330,
  'write-report': 620,
  'send-heartbeat': 285,
};

const { bundles } = await reuseOrBundle();
const mapSchema = z.object({ sources: z.array(z.string()) });

describe.each(functionNames)('%s', (name) => {
  test('keeps to its budget', () => {
    expect(bundles[name].bytes / 1_000).toBeLessThan(budgetKB[name]);
  });

  test('brings all its packages, and imports no built-in module by its ESM face', () => {
    expect(bundles[name].imports).toEqual([]);
  });

  const filesOf = async (ending: string) => {
    const names = (await readdir(bundles[name].folder)).filter((file) => file.endsWith(ending));
    return Promise.all(names.map((file) => readFile(join(bundles[name].folder, file), 'utf8')));
  };
  const sourcesOf = async () => (await filesOf('.mjs.map')).flatMap((map) => mapSchema.parse(JSON.parse(map)).sources);

  test('leaves out what no function uses of its packages', async () => {
    const unused =
      /\/(event-streams\/event|mnemonist|(Md5|Sha256|Crc32)Js\.js|parseIni\.js|zod\/v4\/locales\/(?!en\.))/;
    const jsonSchema = name === 'manage' ? [] : [/\/json-schema-processors\.js/];
    const sources = await sourcesOf();
    for (const part of [unused, ...jsonSchema]) expect(sources.filter((source) => part.test(source))).toEqual([]);
    expect((await filesOf('.mjs')).join('')).not.toContain('"devDependencies"');
  });

  test('takes credentials from the environment and has no other way to get them', async () => {
    const sources = await sourcesOf();
    const own = /@aws-sdk\/credential-provider-(env|node)\//;
    const others = /\/(credential-provider-[a-z-]+|nested-clients|token-providers|client-sts|client-sso)\//;
    expect(sources.filter((source) => own.test(source))).not.toEqual([]);
    expect(sources.filter((source) => others.test(source) && !own.test(source))).toEqual([]);
  });
});

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
