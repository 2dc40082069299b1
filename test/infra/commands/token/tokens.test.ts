import { spawnSync } from 'node:child_process';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connectApiTokens } from '../../../../functions/adapters/secrets/api-tokens.ts';
import { Failure } from '../../../../infra/commands/failure.ts';
import { withAwsAdvice } from '../../../../infra/commands/token/aws-advice.ts';
import { RefusedEdit } from '../../../../infra/commands/token/edits.ts';
import { findSecret } from '../../../../infra/commands/token/place.ts';
import { placeOf, runToken, tokenOptions } from '../../../../infra/commands/token.ts';
import { parseOptions } from '../../../../infra/parse-options.ts';
import { mockClient } from '../../../support/mock-client.ts';
import { startAws } from '../../local/aws/fixture.ts';
import { folderWith, run } from '../run-command.ts';

async function startTokens(text = '{"admin":"the-first-token"}') {
  const aws = await startAws();
  onTestFinished(aws.close);
  const client = new SecretsManagerClient(aws.sdk);
  const { ARN: secret = '' } = await client.send(new CreateSecretCommand({ Name: 'tokens', SecretString: text }));
  const place = { client, secret };
  const run = (action: 'create' | 'revoke' | 'list', name = '', force = false) =>
    runToken({ action, name, force, role: 'admin', relayId: undefined }, place);
  const stored = async (VersionStage = 'AWSCURRENT') => {
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: secret, VersionStage }));
    return JSON.parse(SecretString);
  };
  return { aws, place, run, stored };
}

const all = { role: 'admin', relayId: undefined } as const;

describe('tokens of the API', () => {
  test('are made, listed by name alone, and revoked', async () => {
    const { run, stored } = await startTokens();
    const printed = await run('create', 'ci');
    expect(printed).toMatch(/^[\w-]{48}\n$/);
    expect(await stored()).toEqual({ admin: 'the-first-token', ci: printed.trim() });
    expect(await stored('AWSPREVIOUS')).toEqual({ admin: 'the-first-token' });
    expect(await run('list')).toBe('admin\nci\n');
    expect(await run('revoke', 'admin')).not.toContain('the-first-token');
    expect(await stored()).toEqual({ ci: printed.trim() });
  });

  const refused: [what: string, command: 'create' | 'revoke', name: string, says: string][] = [
    ['a name that is taken', 'create', 'admin', 'already'],
    ['an unknown name', 'revoke', 'ci', 'no token ci'],
    ['a name of every object', 'revoke', 'toString', 'no token toString'],
    ['the last token', 'revoke', 'admin', '--force'],
  ];
  test.each(refused)('%s is refused and changes nothing', async (_, command, name, says) => {
    const { run, stored } = await startTokens();
    const refusal = run(command, name);
    await expect(refusal).rejects.toBeInstanceOf(RefusedEdit);
    await expect(refusal).rejects.toThrow(says);
    expect(await stored()).toEqual({ admin: 'the-first-token' });
  });

  test('a limited one is stored with its role and its relay, and listed with them', async () => {
    const { place, run, stored } = await startTokens();
    const limits = { force: false, role: 'write', relayId: 'rly_1' } as const;
    const value = (await runToken({ action: 'create', name: 'shop', ...limits }, place)).trim();
    expect(await stored()).toEqual({
      admin: 'the-first-token',
      shop: { token: value, role: 'write', relayId: 'rly_1' },
    });
    expect(await run('list')).toBe('admin\nshop write rly_1\n');
    const tokens = connectApiTokens(place.secret, place.client);
    expect(await tokens.holderOf(value)).toEqual({ name: 'shop', role: 'write', relayId: 'rly_1' });
    // The one that is left could not take it back.
    await expect(run('revoke', 'admin')).rejects.toBeInstanceOf(RefusedEdit);
  });

  test('a token may have the name of what every object has', async () => {
    const { run, stored } = await startTokens();
    await run('create', 'toString');
    expect(Object.keys(await stored()).sort()).toEqual(['admin', 'toString']);
  });

  test('the last one goes with --force', async () => {
    const { run, stored } = await startTokens();
    await run('revoke', 'admin', true);
    expect(await stored()).toEqual({});
  });

  test('of edits at the same time none is lost', async () => {
    const { run, stored } = await startTokens('{"admin":"the-first-token","old":"another-token"}');
    const names = ['a', 'b', 'c', 'd', 'e'];
    await Promise.all([...names.map((name) => run('create', name)), run('revoke', 'old')]);
    expect(Object.keys(await stored()).sort()).toEqual([...names, 'admin'].sort());
  });

  test('of creations of one name at the same time one wins, and the others are told', async () => {
    const { run, stored } = await startTokens();
    const results = await Promise.allSettled([1, 2, 3].map(() => run('create', 'ci')));
    const made = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.trim()] : []));
    expect(made).toEqual([(await stored()).ci]);
  });

  test.each([
    ['once is made once more', 1, 2],
    ['time and again is given up after ten tries', 10, 10],
  ])('an edit whose draft is gone %s', async (_, times, drafts) => {
    const client = new SecretsManagerClient({ region: 'eu-west-1' });
    const gone = new ResourceNotFoundException({ message: 'no such version', $metadata: {} });
    const mock = mockClient(client);
    mock.on(GetSecretValueCommand).resolves({ SecretString: '{"admin":"the-first-token"}', VersionId: 'v1' });
    mock.on(PutSecretValueCommand).resolves({});
    let refused = 0;
    mock.on(UpdateSecretVersionStageCommand).callsFake(async () => {
      if (refused++ < times) throw gone;
      return {};
    });
    const result = runToken({ action: 'create', name: 'ci', force: false, ...all }, { client, secret: 'tokens' });
    if (times < drafts) await expect(result).resolves.toMatch(/^[\w-]{48}\n$/);
    else await expect(result).rejects.toThrow('Others are changing the secret');
    expect(mock.commandCalls(PutSecretValueCommand)).toHaveLength(drafts);
  });

  test('a secret of another kind is not touched, and its text not told', async () => {
    const { run } = await startTokens('pass-word');
    await expect(run('create', 'ci')).rejects.toThrow(/^The secret is not a JSON object of names and tokens$/);
  });

  test('work at the API at once, and are refused a minute after they are revoked', async () => {
    const { run, place } = await startTokens();
    let now = 0;
    const tokens = connectApiTokens(place.secret, place.client, () => now);
    expect(await tokens.holderOf('the-first-token')).toMatchObject({ name: 'admin' });
    now += 5_000;
    const token = (await run('create', 'ci')).trim();
    expect(await tokens.holderOf(token)).toMatchObject({ name: 'ci', role: 'admin', relayId: null });
    await run('revoke', 'ci');
    now += 60_000;
    expect(await tokens.holderOf(token)).toBeUndefined();
    expect(await tokens.holderOf('the-first-token')).toMatchObject({ name: 'admin' });
  });
});

describe('the secret is found', () => {
  test.each([
    { args: ['list'], place: { stack: 'OpencodeRelay' } },
    { args: ['list', '--stack', 'Second'], place: { stack: 'Second' } },
    { args: ['list', '--secret', 'arn:aws:x'], place: { secret: 'arn:aws:x' } },
    { args: ['list', '--local'], place: { data: '.local' } },
    { args: ['list', '--local', '--data', 'other'], place: { data: 'other' } },
  ])('where $args says', ({ args, place }) => {
    expect(placeOf(parseOptions(args, tokenOptions, 2).values)).toEqual(place);
  });

  const secret = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:ApiTokens-abc';

  test('by its ARN, in its own region', async () => {
    const place = await findSecret({ secret });
    expect(place.secret).toBe(secret);
    expect(await place.client.config.region()).toBe('eu-west-1');
  });

  test('by the outputs of a deployed stack', async () => {
    const client = new CloudFormationClient({ region: 'eu-west-1' });
    const mock = mockClient(client);
    const outputs = [{ OutputKey: 'ApiTokenSecretArn', OutputValue: secret }];
    const stack = { StackName: 'Second', CreationTime: new Date(0), StackStatus: 'CREATE_COMPLETE' as const };
    mock.on(DescribeStacksCommand, { StackName: 'Second' }).resolves({ Stacks: [{ ...stack, Outputs: outputs }] });
    mock.on(DescribeStacksCommand, { StackName: 'Other' }).resolves({ Stacks: [{ ...stack, Outputs: [] }] });
    expect(await findSecret({ stack: 'Second' }, { cloudFormation: () => client })).toMatchObject({ secret });
    await expect(findSecret({ stack: 'Other' }, { cloudFormation: () => client })).rejects.toThrow('ApiTokenSecretArn');
  });

  test('by the outputs of the local stack', async () => {
    const { aws, place } = await startTokens();
    const outputs = { ApiTokenSecretArn: place.secret, AwsEndpointUrl: aws.sdk.endpoint };
    const data = await folderWith(outputs);
    const create = await run(['token', 'create', 'alice@example.com', '--local', '--data', data]);
    expect(create).toMatchObject({ code: 0, stdout: expect.stringMatching(/^[\w-]{48}\n$/) });
    const list = ['token', 'list', '--local', '--data', data];
    expect(await run(list)).toMatchObject({ code: 0, stdout: 'admin\nalice@example.com\n' });
    const revoke = ['token', 'revoke', 'alice@example.com', '--local', '--data', data];
    expect(await run(revoke)).toMatchObject({ code: 0, stdout: expect.stringContaining('revoked') });
    expect(await run(revoke)).toMatchObject({ code: 1, stderr: 'There is no token alice@example.com.\n' });
    await aws.endpoint.close();
    expect(await run(list)).toMatchObject({ code: 1, stderr: expect.stringContaining('npm start') });
    expect(await run(['token', 'list', '--local', '--data', 'none'])).toMatchObject({ code: 2 });
  });
});

describe('what keeps AWS from being reached', () => {
  const named = (name: string, message: string) => Object.assign(new Error(message), { name });
  test.each([
    ['no credentials', named('CredentialsProviderError', 'Could not load credentials from any providers')],
    ['no region', new Error('Region is missing')],
    ['a stack of another name', named('ValidationError', 'Stack with id OpencodeRelay does not exist')],
  ])('%s: says how, and how the local stack is reached', async (_, error) => {
    const asked = withAwsAdvice({ stack: 'OpencodeRelay' }, () => Promise.reject(error));
    await expect(asked).rejects.toThrow(error.message);
    await expect(asked).rejects.toThrow('--local');
    await expect(asked).rejects.toBeInstanceOf(Failure);
  });

  test('is what the SDK says where there are none', async () => {
    const none = { PATH: process.env.PATH, HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true' };
    for (const env of [none, { ...none, AWS_REGION: 'eu-central-1' }]) {
      const { status, stderr } = spawnSync(process.execPath, ['infra/commands/main.ts', 'token', 'list'], { env });
      expect([status, String(stderr)]).toEqual([1, expect.stringMatching(/AWS credentials .* --local/)]);
    }
  });

  test('other errors stay as they are', async () => {
    const error = named('AccessDeniedException', 'No.');
    await expect(withAwsAdvice({ secret: 'x' }, () => Promise.reject(error))).rejects.toBe(error);
  });
});
