import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeStateMachineForExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '../support/eventually.ts';
import { type Agent, sharedAgent } from '../support/system/agent-server.ts';
import { askShared } from '../support/system/ask-shared.ts';
import { heldScript } from '../support/system/held.ts';
import { polledJob } from '../support/system/polled-job.ts';
import { fire, inPlace, type OwnSystem, startSystem } from '../support/system/system.ts';
import { changedCode, withChangedCode, withReleasedDefinitions } from '../support/system/upgraded-assembly.ts';

const machines = { session: 'StateMachineArn', run: 'RelayRunMachineArn', storm: 'StormMachineArn' } as const;

let folder: string;
let agent: Agent;
let system: OwnSystem | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'opencode-relay-upgrade-'));
  agent = await sharedAgent();
});
afterAll(async () => {
  await system?.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** A second rule of the same group makes a relay run of an alert. */
async function relayOfTwo({ client, relayFor }: OwnSystem) {
  const { hook, relayId, integrationId } = await relayFor({ server: agent, config: inPlace });
  await client.relay.rules.create(relayId, {
    name: 'Next',
    ruleType: 'agent',
    order: 1,
    config: { agentType: 'opencode', integrationId, endpoint: agent.url, config: inPlace },
  });
  return { hook, relayId };
}

test('an upgrade in the middle of a session, a relay run and a storm: each comes to its end', async () => {
  const assembly = z.string().parse(await askShared('assembly'));
  const dataDirectory = join(folder, 'data');
  const before = await startSystem({
    dataDirectory,
    assembly: await withReleasedDefinitions(assembly, join(folder, 'released')),
  });
  system = before;
  const single = await before.relayFor({ server: agent, config: inPlace });
  const two = await relayOfTwo(before);
  const storm = await before.relayFor({
    server: agent,
    config: inPlace,
    ...{ stormThreshold: 2, stormWindowSeconds: 60, maxImmediateDispatches: 1 },
  });
  const { script, release } = await heldScript();
  const ofSession = await fire(single.hook, 'upgrade of a session', script);
  const ofRun = await fire(two.hook, 'upgrade of a relay run', script);
  await Promise.all([polledJob(before, ofSession), polledJob(before, ofRun)]);
  for (const title of ['the first', 'the second', 'the third'])
    await fire(storm.hook, `${title} of a storm`, '[[text]]');
  const arns = await eventually(async () => {
    const [session] = await before.executionsOf(single.relayId, machines.session);
    const [run] = await before.executionsOf(two.relayId, machines.run);
    const [held] = await before.executionsOf(storm.relayId, machines.storm);
    return z.tuple([z.string(), z.string(), z.string()]).parse([session, run, held]);
  }, 500);
  await before.stop();

  const after = await startSystem({
    dataDirectory,
    assembly: await withChangedCode(assembly, join(folder, 'changed')),
  });
  system = after;
  expect(after.resumed).toEqual(expect.arrayContaining(arns));
  await release();
  expect((await after.outcomeOf(ofSession)).outcome).toBe('no_changes');
  for (const arn of arns) {
    await eventually(async () => expect((await after.execution(arn)).status).not.toBe('RUNNING'), 500);
    expect(await after.execution(arn)).toMatchObject({ status: 'SUCCEEDED' });
  }
  expect(JSON.parse((await after.execution(arns[2])).output ?? '')).toMatchObject({ alerts: 2 });

  // Each by the definition that it began with, and the code of now.
  const sfn = new SFNClient({
    endpoint: after.stack.awsEndpointUrl,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  for (const executionArn of arns) {
    const { definition } = await sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
    expect(definition).not.toContain('Upgraded. ');
  }
  const names = ['PollSessionFunction', 'DecideStepFunction', 'CheckStormFunction', 'CollectResultFunction'];
  expect(await namesWithChangedCode(dataDirectory)).toEqual(expect.arrayContaining(names));
});

async function namesWithChangedCode(dataDirectory: string): Promise<string[]> {
  const logs = join(dataDirectory, 'logs');
  const files = await readdir(logs);
  const texts = await Promise.all(files.map((file) => readFile(join(logs, file), 'utf8')));
  return files
    .filter((_, index) => texts[index]?.includes(changedCode))
    .map((file) => /-(\w+Function)[0-9A-F]{8}/.exec(file)?.[1] ?? file);
}
