import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  InvalidParameterException,
  InvalidRequestException,
  ListSecretsCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  RestoreSecretCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { generateSecret } from '../../../../infra/local/aws/secrets/generate.ts';
import { Secrets } from '../../../../infra/local/aws/secrets.ts';
import { VirtualClock } from '../../../../infra/local/virtual-clock.ts';
import { account, newDirectory, region, startAws } from './fixture.ts';

async function startSecrets() {
  const aws = await startAws();
  onTestFinished(aws.close);
  return { ...aws, client: new SecretsManagerClient(aws.sdk) };
}

test('a secret is created once, and read by name, ARN and ARN without its ending', async () => {
  const { client } = await startSecrets();
  const create = () => client.send(new CreateSecretCommand({ Name: 'Relay/integrations/1', SecretString: '{"a":1}' }));
  const { ARN } = await create();
  expect(ARN).toMatch(/^arn:aws:secretsmanager:eu-central-1:000000000000:secret:Relay\/integrations\/1-\w{6}$/);
  for (const SecretId of ['Relay/integrations/1', ARN, ARN?.slice(0, -7)]) {
    const { SecretString, VersionStages } = await client.send(new GetSecretValueCommand({ SecretId }));
    expect([SecretString, VersionStages]).toEqual(['{"a":1}', ['AWSCURRENT']]);
  }
  await expect(create()).rejects.toBeInstanceOf(ResourceExistsException);
});

test('a deleted secret is kept from every use until it is restored', async () => {
  const { client } = await startSecrets();
  const create = new CreateSecretCommand({ Name: 's', SecretString: '1' });
  await client.send(create);
  const { DeletionDate } = await client.send(new DeleteSecretCommand({ SecretId: 's', RecoveryWindowInDays: 7 }));
  expect(DeletionDate).toBeInstanceOf(Date);
  const again = new CreateSecretCommand({ Name: 's', SecretString: '2' });
  await expect(client.send(again)).rejects.toBeInstanceOf(InvalidRequestException);
  const read = () => client.send(new GetSecretValueCommand({ SecretId: 's' }));
  await expect(read()).rejects.toBeInstanceOf(InvalidRequestException);
  const put = new PutSecretValueCommand({ SecretId: 's', SecretString: '2' });
  await expect(client.send(put)).rejects.toBeInstanceOf(InvalidRequestException);
  const deleteAgain = new DeleteSecretCommand({ SecretId: 's', RecoveryWindowInDays: 7 });
  await expect(client.send(deleteAgain)).rejects.toBeInstanceOf(InvalidRequestException);

  await client.send(new RestoreSecretCommand({ SecretId: 's' }));
  expect((await read()).SecretString).toBe('1');
});

test('a new value is current, and the one before it previous', async () => {
  const { client } = await startSecrets();
  await client.send(new CreateSecretCommand({ Name: 's', SecretString: '1', Description: 'a password' }));
  for (const SecretString of ['2', '3']) await client.send(new PutSecretValueCommand({ SecretId: 's', SecretString }));
  const read = async (VersionStage?: string) =>
    (await client.send(new GetSecretValueCommand({ SecretId: 's', VersionStage }))).SecretString;
  expect([await read(), await read('AWSCURRENT'), await read('AWSPREVIOUS')]).toEqual(['3', '3', '2']);
  const described = await client.send(new DescribeSecretCommand({ SecretId: 's' }));
  expect(described).toMatchObject({ Name: 's', Description: 'a password' });
  expect(
    Object.values(described.VersionIdsToStages ?? {})
      .flat()
      .sort(),
  ).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
});

test('a label moves only from the version that the caller believes it to be on', async () => {
  const { client } = await startSecrets();
  const { VersionId: first } = await client.send(new CreateSecretCommand({ Name: 's', SecretString: '1' }));
  const draft = async (SecretString: string) => {
    const put = new PutSecretValueCommand({ SecretId: 's', SecretString, VersionStages: ['draft'] });
    return (await client.send(put)).VersionId;
  };
  const promote = (MoveToVersionId: string | undefined, RemoveFromVersionId: string | undefined) =>
    client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: 's',
        VersionStage: 'AWSCURRENT',
        MoveToVersionId,
        RemoveFromVersionId,
      }),
    );
  const read = async (VersionStage: string) =>
    (await client.send(new GetSecretValueCommand({ SecretId: 's', VersionStage }))).SecretString;

  const second = await draft('2');
  expect([await read('AWSCURRENT'), await read('draft')]).toEqual(['1', '2']);
  await promote(second, first);
  expect([await read('AWSCURRENT'), await read('AWSPREVIOUS')]).toEqual(['2', '1']);
  const third = await draft('3');
  await expect(promote(third, first)).rejects.toBeInstanceOf(InvalidParameterException);
  await expect(promote(third, undefined)).rejects.toBeInstanceOf(InvalidParameterException);
  await expect(promote('unknown', second)).rejects.toBeInstanceOf(ResourceNotFoundException);
  expect(await read('AWSCURRENT')).toBe('2');
});

test('a repeated call with its token changes nothing; with another value it is refused', async () => {
  const { client } = await startSecrets();
  const ClientRequestToken = '0'.repeat(32);
  const create = new CreateSecretCommand({ Name: 's', SecretString: '1', ClientRequestToken });
  expect((await client.send(create)).ARN).toBe((await client.send(create)).ARN);
  const other = new CreateSecretCommand({ Name: 's', SecretString: '2', ClientRequestToken });
  await expect(client.send(other)).rejects.toBeInstanceOf(ResourceExistsException);
  const put = (SecretString: string) =>
    client.send(new PutSecretValueCommand({ SecretId: 's', SecretString, ClientRequestToken }));
  expect((await put('1')).VersionId).toBe(ClientRequestToken);
  await expect(put('2')).rejects.toBeInstanceOf(ResourceExistsException);
});

test('secrets are listed page by page, without values', async () => {
  const { client } = await startSecrets();
  for (const Name of ['a', 'b', 'c']) await client.send(new CreateSecretCommand({ Name, SecretString: 'hush' }));
  const first = await client.send(new ListSecretsCommand({ MaxResults: 2 }));
  const second = await client.send(new ListSecretsCommand({ MaxResults: 2, NextToken: first.NextToken }));
  const names = [first, second].map(({ SecretList = [] }) => SecretList.map(({ Name }) => Name));
  expect(names).toEqual([['a', 'b'], ['c']]);
  expect(JSON.stringify([first, second])).not.toContain('hush');
});

test('what is not there, or not served, is refused', async () => {
  const { client, secrets } = await startSecrets();
  await expect(client.send(new GetSecretValueCommand({ SecretId: 'none' }))).rejects.toBeInstanceOf(
    ResourceNotFoundException,
  );
  secrets.ensure({ name: 'empty' });
  await expect(client.send(new GetSecretValueCommand({ SecretId: 'empty' }))).rejects.toThrow('AWSCURRENT');
  await expect(client.send(new CreateSecretCommand({ Name: 's', SecretBinary: new Uint8Array([1]) }))).rejects.toThrow(
    'SecretBinary',
  );
  await expect(secrets.call('RotateSecret', {})).rejects.toMatchObject({ type: 'UnknownOperationException' });
});

test('a generated secret keeps its value and ARN over restarts, in a file that only the user may read', async () => {
  const file = join(newDirectory(), 'secrets.json');
  const options = { file, region, account, clock: new VirtualClock() };
  const definition = {
    name: 'tokens',
    generate: { field: { template: '{"note":"x"}', key: 'admin' }, length: 48, excludePunctuation: true },
  };
  const first = await Secrets.open(options);
  const arn = first.ensure(definition);
  const before = await first.call('GetSecretValue', { SecretId: arn });
  const second = await Secrets.open(options);
  expect(second.ensure(definition)).toBe(arn);
  expect(await second.call('GetSecretValue', { SecretId: 'tokens' })).toEqual(before);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).toContain(arn);
});

test.each([
  [true, /^[A-Za-z0-9]{48}$/],
  [false, /^[!-~]{48}$/],
])('a password without punctuation (%s) has one character of each kind', (excludePunctuation, shape) => {
  const generate = { field: { template: '{"note":"x"}', key: 'admin' }, length: 48, excludePunctuation };
  const { note, admin } = z.record(z.string(), z.string()).parse(JSON.parse(generateSecret(generate)));
  expect(note).toBe('x');
  expect(admin).toMatch(shape);
  for (const kind of [/[A-Z]/, /[a-z]/, /\d/]) expect(admin).toMatch(kind);
  expect(/[^A-Za-z0-9]/.test(admin ?? '')).toBe(!excludePunctuation);
});
