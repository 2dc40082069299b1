import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { environment } from '../../functions/contract/environment.ts';
import { bundleFunctions, functionNames } from '../../infra/bundle.ts';
import type { FunctionName } from '../../infra/functions.ts';
import { referenceText } from '../support/references.ts';
import { resourcesIn, synthesizedTemplate } from '../support/stack.ts';

/** What was measured and a tenth: an import that drags in another client, or another copy of one, shows here. */
const budgetKB: Record<FunctionName, number> = {
  'receive-alert': 610,
  'receive-alarm': 600,
  'route-alert': 680,
  manage: 1_155,
  'check-servers': 505,
  'create-session': 570,
  'send-prompt': 565,
  'poll-session': 570,
  'collect-result': 850,
  'abort-session': 565,
  'session-stopped': 875,
  'decide-step': 645,
  'run-stopped': 565,
  'check-storm': 655,
  'triage-storm': 590,
  'record-root-cause': 695,
  'storm-stopped': 560,
  'call-webhook': 560,
};

const bundles = await bundleFunctions();

describe.each(functionNames)('%s', (name) => {
  test('keeps to its budget', () => {
    expect(bundles[name].bytes / 1_000).toBeLessThan(budgetKB[name]);
  });

  test('brings all its packages and no undici', () => {
    const { imports } = bundles[name];
    expect(imports.filter((module) => !isBuiltin(module))).toEqual([]);
    expect(imports).not.toContain('node:http');
    expect(imports).not.toContain('node:https');
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

const read = await new Promise<Map<string, z.infer<typeof readSchema>>>((resolve, reject) => {
  const found = new Map<string, z.infer<typeof readSchema>>();
  const workerData = functionNames.map((name) => ({
    name,
    url: pathToFileURL(join(bundles[name].folder, 'index.mjs')).href,
    variables: variablesOf(name),
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
    alarmDoors: JSON.stringify({ eventbridge: relay }),
    checkServersFunction: '<CheckServersFunction>',
  };

  const expectedOf = new Map(Object.entries(expected));

  test.each(Object.entries(environment))('%s, as %s', (key, name) => {
    const values = functionNames.flatMap((fn) => variablesOf(fn)[name] ?? []);
    expect([...new Set(values)]).toEqual([expectedOf.get(key)]);
  });
});
