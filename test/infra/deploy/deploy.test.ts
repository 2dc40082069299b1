import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { describe, expect, onTestFinished, test } from 'vitest';
import { deploy, type World } from '../../../infra/deploy/deploy.ts';
import { configurationIn, readDeployedTemplate } from '../../../infra/deploy/deployed-template.ts';
import { startAwsEndpoint } from '../../../infra/local/aws/endpoint.ts';
import { Stacks } from '../../../infra/local/aws/stacks.ts';
import { startAws } from '../local/aws/fixture.ts';
import { writeAssembly } from '../local/local-stack/assembly-fixture.ts';
import { temporaryFolder } from '../local/local-stack/folders.ts';

const relay = `rly_${'0'.repeat(32)}`;
const templateOf = (configuration: object | undefined, resources: object = {}) => ({
  ...(configuration && { Metadata: { OpencodeRelayConfiguration: { stackName: 'Fixture', ...configuration } } }),
  Resources: { Queue: { Type: 'AWS::SQS::Queue' }, ...resources },
});
const arn = 'arn:aws:cloudformation:eu-central-1:000000000000:stack/Fixture/1';

/** An account where the template is deployed, served as the local stack serves its own, and a CDK that takes notes. */
async function account(deployed: object | undefined, next: object, ask?: (question: string) => Promise<string>) {
  const aws = await startAws();
  onTestFinished(() => aws.close());
  const stacks = new Stacks();
  const described = { name: 'Fixture', arn, description: undefined, createdAt: 0, outputs: [], resources: [] };
  if (deployed) stacks.set({ ...described, template: JSON.stringify(deployed) });
  const { tables: dynamodb, states, secrets, queues: sqs, buses: events, buckets } = aws;
  const endpoint = await startAwsEndpoint({
    port: 0,
    services: { dynamodb, states, secrets, sqs, events, buckets, stacks },
  });
  onTestFinished(() => endpoint.close());
  const client = new CloudFormationClient({ ...aws.sdk, endpoint: endpoint.url });
  const directory = await temporaryFolder();
  const calls: string[] = [];
  const printed: string[] = [];
  const world: World = {
    directory,
    cdk: async (args) => {
      calls.push(args.join(' ').replaceAll(directory, ''));
      if (args[0] === 'synth') await cp(await writeAssembly(next), join(directory, 'cdk.out'), { recursive: true });
      return 0;
    },
    connect: () => client,
    examine: async (stackName) => [`looked at ${stackName}`],
    print: (line) => printed.push(line),
    ask,
  };
  return { world, client, calls, printed };
}

const before = templateOf(
  {
    maxSessionsPerDay: 40,
    privateHosts: ['a.internal'],
    snsTopics: { 'arn:a': relay },
    tags: {},
    logRetentionDays: 90,
  },
  { AlarmDeadLetters: { Type: 'AWS::SQS::Queue' }, Table: { Type: 'T', DeletionPolicy: 'RetainExceptOnCreate' } },
);
const after = templateOf({ privateHosts: ['a.internal', 'b'], snsTopics: { 'arn:b': relay }, logRetentionDays: 90 });

describe('npm run deploy', () => {
  test('shows key by key what changes against the deployed template, and what the stack loses, and asks', async () => {
    const asked: string[] = [];
    const { world, calls, printed } = await account(before, after, async (question) => {
      asked.push(question);
      return 'y';
    });
    expect(await deploy(['-c', 'privateHosts=a.internal,b'], world)).toBe(0);
    expect(printed).toEqual([
      `Deployed as ${arn}`,
      'The configuration changes:',
      '  maxSessionsPerDay: 40 → none',
      '  privateHosts: a.internal → a.internal, b',
      `  snsTopics.arn:a: ${relay} → none`,
      `  snsTopics.arn:b: none → ${relay}`,
      'The stack loses:',
      '  AWS::SQS::Queue AlarmDeadLetters, which is deleted',
      '  T Table, which is kept outside of it',
      'Of this deployment alone, and gone at the next one: privateHosts. cdk.json keeps it, under stacks.Fixture.',
      'looked at Fixture',
    ]);
    expect(asked).toEqual(['Deploy Fixture? (y/n) ']);
    expect(calls).toEqual(['synth --quiet --output /cdk.out -c privateHosts=a.internal,b', 'deploy --app /cdk.out']);
  });

  test.each(['n', '', 'no', 'yesterday'])('deploys nothing where the answer is "%s"', async (answer) => {
    const { world, calls, printed } = await account(before, after, async () => answer);
    expect(await deploy([], world)).toBe(1);
    expect([calls.length, printed.at(-1)]).toEqual([1, 'Nothing was deployed.']);
  });

  test('refuses where nobody can be asked, and says what to do; with --yes it deploys and CDK does not ask either', async () => {
    const { world, calls, printed } = await account(before, after);
    expect(await deploy([], world)).toBe(2);
    expect([calls.length, printed.at(-1)]).toEqual([1, expect.stringMatching(/no terminal.*--yes/)]);
    expect(await deploy(['--yes', '--profile', 'prod', '--', '--no-rollback'], world)).toBe(0);
    expect(calls.slice(1)).toEqual([
      'synth --quiet --output /cdk.out --profile prod',
      'deploy --app /cdk.out --profile prod --require-approval never --no-rollback',
    ]);
  });

  test('makes a new stack in two steps: a protected table could not be rolled back', async () => {
    const { world, calls, printed } = await account(undefined, templateOf({ deletionProtection: 'on' }));
    expect(await deploy(['--yes', '-c', 'stackName=Fixture'], world)).toBe(0);
    expect(printed[0]).toMatch(/There is no stack Fixture yet/);
    expect(calls.slice(1)).toEqual([
      'deploy --output /cdk.out/first -c stackName=Fixture -c deletionProtection=off --require-approval never',
      'deploy --app /cdk.out --require-approval never',
    ]);
  });

  test('ends where CDK fails, with its status', async () => {
    const { world } = await account(undefined, templateOf({ deletionProtection: 'on' }));
    expect(await deploy([], { ...world, cdk: async () => 3 })).toBe(3);
    const first = async (args: string[]) => (args[0] === 'deploy' ? 4 : world.cdk(args));
    expect(await deploy(['--yes'], { ...world, cdk: first })).toBe(4);
  });

  test('shows all of it where the deployed template does not say, and says so where nothing changes', async () => {
    const mute = await account(templateOf(undefined), templateOf({ logRetentionDays: 7 }), async () => 'n');
    await deploy([], mute.world);
    expect(mute.printed).toEqual(
      expect.arrayContaining([expect.stringMatching(/does not say/), '  logRetentionDays: none → 7']),
    );
    const same = await account(after, after, async () => 'n');
    await deploy([], same.world);
    expect(same.printed).toContain('The configuration stays as it is.');
  });

  test.each([
    [['-c', 'privateHosts'], /-c takes key=value/],
    [['--yess'], /Did you mean --yes\?/],
    [['OpencodeRelay'], /argument too many/],
  ])('%j is refused', async (args, message) => {
    const { world, calls } = await account(before, after);
    await expect(deploy(args, world)).rejects.toThrow(message);
    expect(calls).toEqual([]);
  });
});

describe('the deployed template', () => {
  test('is read from CloudFormation, and holds the configuration', async () => {
    const { client } = await account(before, after);
    const deployed = await readDeployedTemplate(client, 'Fixture');
    expect(deployed && configurationIn(deployed)).toMatchObject({
      maxSessionsPerDay: 40,
      snsTopics: { 'arn:a': relay },
    });
    expect(deployed?.stackArn).toBe(arn);
    expect(await readDeployedTemplate(client, 'Other')).toBeUndefined();
  });
});
