import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connectApiTokens } from '../../../functions/adapters/secrets/api-tokens.ts';
import { RefusedEdit } from '../../../infra/tokens/edits.ts';
import { findSecret } from '../../../infra/tokens/place.ts';
import { runToken } from '../../../infra/tokens/run.ts';
import { startAws } from '../local/aws/fixture.ts';

async function startTokens(text = '{"admin":"the-first-token"}') {
  const aws = await startAws();
  onTestFinished(aws.close);
  const client = new SecretsManagerClient(aws.sdk);
  const { ARN: secret = '' } = await client.send(new CreateSecretCommand({ Name: 'tokens', SecretString: text }));
  const place = { client, secret };
  const run = (command: 'create' | 'revoke' | 'list', name = '', force = false) =>
    runToken({ command, name, force }, place);
  const stored = async (VersionStage = 'AWSCURRENT') => {
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: secret, VersionStage }));
    return JSON.parse(SecretString);
  };
  return { aws, place, run, stored };
}

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
    const result = runToken({ command: 'create', name: 'ci', force: false }, { client, secret: 'tokens' });
    if (times < drafts) await expect(result).resolves.toMatch(/^[\w-]{48}\n$/);
    else await expect(result).rejects.toThrow('Others are changing the tokens');
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
    expect(await tokens.nameOf('the-first-token')).toBe('admin');
    now += 5_000;
    const token = (await run('create', 'ci')).trim();
    expect(await tokens.nameOf(token)).toBe('ci');
    await run('revoke', 'ci');
    now += 60_000;
    expect(await tokens.nameOf(token)).toBeUndefined();
    expect(await tokens.nameOf('the-first-token')).toBe('admin');
  });
});

describe('the secret is found', () => {
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
    const data = await mkdtemp(join(tmpdir(), 'tokens-'));
    onTestFinished(() => rm(data, { recursive: true }));
    const outputs = { ApiTokenSecretArn: place.secret, AwsEndpointUrl: aws.sdk.endpoint };
    await writeFile(join(data, 'outputs.json'), JSON.stringify(outputs));
    const local = await findSecret({ data });
    expect(await runToken({ command: 'list', name: '', force: false }, local)).toBe('admin\n');
    await expect(findSecret({ data: join(data, 'none') })).rejects.toThrow('npm start');
  });
});
