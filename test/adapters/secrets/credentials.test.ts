import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  RestoreSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { beforeEach, describe, expect, test } from 'vitest';
import { connectCredentials } from '../../../functions/adapters/secrets/credentials.ts';
import { mockClient } from '../../support/mock-client.ts';

const client = new SecretsManagerClient({ region: 'eu-central-1' });
const secrets = mockClient(client);
const SecretId = 'OpencodeRelay/integrations/int_1';
const alice = { username: 'alice', password: 'correct horse' };
const aws = { message: 'no', $metadata: {} };

describe('credentials', () => {
  let now: number;
  const connect = () => connectCredentials('OpencodeRelay', client, () => now);
  const reads = () => secrets.commandCalls(GetSecretValueCommand).length;

  beforeEach(() => {
    now = 0;
    secrets.reset();
    secrets.on(GetSecretValueCommand, { SecretId }).resolves({ SecretString: JSON.stringify(alice) });
  });

  test('are read once and then again after a minute', async () => {
    const credentials = connect();
    expect(await credentials.read('int_1')).toEqual(alice);
    now = 59_999;
    expect(await credentials.read('int_1')).toEqual(alice);
    expect(reads()).toBe(1);
    now = 60_000;
    await credentials.read('int_1');
    expect(reads()).toBe(2);
  });

  test('fresh reads past the cache and replaces it', async () => {
    const credentials = connect();
    await credentials.read('int_1');
    const rotated = { ...alice, password: 'rotated' };
    secrets.on(GetSecretValueCommand, { SecretId }).resolves({ SecretString: JSON.stringify(rotated) });
    expect(await credentials.read('int_1', { fresh: true })).toEqual(rotated);
    expect(await credentials.read('int_1')).toEqual(rotated);
    expect(reads()).toBe(2);
  });

  const DAY = 86_400_000;
  const rotated = (changes: object = {}, CreatedDate = new Date(0)) => {
    const bob = { username: 'alice', password: 'next', ...changes };
    secrets.on(GetSecretValueCommand, { SecretId }).resolves({ SecretString: JSON.stringify(bob), CreatedDate });
    secrets
      .on(GetSecretValueCommand, { SecretId, VersionStage: 'AWSPREVIOUS' })
      .resolves({ SecretString: JSON.stringify(alice) });
    return bob;
  };

  test('come with the ones before for a day after they were replaced', async () => {
    const next = rotated();
    now = DAY - 1;
    expect(await connect().read('int_1')).toEqual({ ...next, previous: alice });
    now = DAY;
    expect(await connect().read('int_1')).toEqual(next);
    expect(reads()).toBe(3);
  });

  const before = { SecretId, VersionStage: 'AWSPREVIOUS' };

  test('come alone where the same were stored once more, or what was there before is none', async () => {
    rotated(alice);
    expect(await connect().read('int_1')).not.toHaveProperty('previous');
    rotated();
    secrets.on(GetSecretValueCommand, before).resolves({ SecretString: '"correct horse"' });
    expect(await connect().read('int_1')).not.toHaveProperty('previous');
    secrets.on(GetSecretValueCommand, before).rejects(new ResourceNotFoundException(aws));
    expect(await connect().read('int_1')).not.toHaveProperty('previous');
  });

  const unusable: [what: string, answer: { SecretString?: string } | Error][] = [
    ['missing', new ResourceNotFoundException(aws)],
    ['marked for deletion', new InvalidRequestException(aws)],
    ['not JSON', { SecretString: 'correct horse' }],
    ['not credentials', { SecretString: '{"apiKey":"correct horse"}' }],
    ['binary', {}],
  ];
  test.each(unusable)(
    'a secret that is %s says to store the apiKey again, and not what it holds',
    async (_, answer) => {
      const command = secrets.on(GetSecretValueCommand, { SecretId });
      if (answer instanceof Error) command.rejects(answer);
      else command.resolves(answer);
      const error: unknown = await connect()
        .read('int_1')
        .catch((reason: unknown) => reason);
      expect(error).toMatchObject({
        name: 'CredentialsRejected',
        message: expect.stringContaining('Store its apiKey again'),
      });
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('correct horse');
    },
  );

  test('any other refusal of AWS stays what it is', async () => {
    secrets.on(GetSecretValueCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
    await expect(connect().read('int_1')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('writing creates the secret', async () => {
    secrets.on(CreateSecretCommand).resolves({});
    const credentials = connect();
    await credentials.write('int_1', alice);
    expect(secrets.commandCalls(CreateSecretCommand)[0]?.args[0].input).toEqual({
      Name: SecretId,
      SecretString: JSON.stringify(alice),
    });
    expect(await credentials.read('int_1')).toEqual(alice);
    expect(reads()).toBe(0);
  });

  test('writing creates it with the key of the stack, where there is one', async () => {
    secrets.on(CreateSecretCommand).resolves({});
    await connectCredentials('OpencodeRelay', client, () => now, 'arn:key').write('int_1', alice);
    expect(secrets.commandCalls(CreateSecretCommand)[0]?.args[0].input).toMatchObject({ KmsKeyId: 'arn:key' });
  });

  test('writing brings back a secret that is marked for deletion', async () => {
    secrets.on(CreateSecretCommand).rejects(new InvalidRequestException(aws));
    secrets.on(RestoreSecretCommand).resolves({});
    secrets.on(PutSecretValueCommand).resolves({});
    await connect().write('int_1', alice);
    expect(secrets.commandCalls(RestoreSecretCommand)[0]?.args[0].input).toEqual({ SecretId });
    expect(secrets.commandCalls(PutSecretValueCommand)[0]?.args[0].input.SecretString).toBe(JSON.stringify(alice));
  });

  test('each value of a header is a secret of its own; one that is kept is not written, and all are read', async () => {
    secrets.on(CreateSecretCommand).resolves({});
    secrets.on(DeleteSecretCommand).resolves({});
    const credentials = connect();
    await credentials.write('int_1', alice, { values: { 'x-a': 'hunter2', 'x-b': null }, dropped: ['x-c'] });
    const nameOf = (header: string) => `${SecretId}/headers/${Buffer.from(header).toString('base64url')}`;
    const written = secrets.commandCalls(CreateSecretCommand).map(({ args }) => args[0].input);
    const main = { Name: SecretId, SecretString: JSON.stringify({ ...alice, headers: ['x-a', 'x-b'] }) };
    expect(written).toEqual([{ Name: nameOf('x-a'), SecretString: 'hunter2' }, main]);
    expect(secrets.commandCalls(DeleteSecretCommand)[0]?.args[0].input.SecretId).toBe(nameOf('x-c'));
    secrets.on(GetSecretValueCommand, { SecretId }).resolves({ SecretString: main.SecretString });
    secrets.on(GetSecretValueCommand, { SecretId: nameOf('x-a') }).resolves({ SecretString: 'hunter2' });
    secrets.on(GetSecretValueCommand, { SecretId: nameOf('x-b') }).resolves({ SecretString: 'kept' });
    const read = await credentials.read('int_1');
    expect(read).toEqual({ ...alice, headers: ['x-a', 'x-b'], headerValues: { 'x-a': 'hunter2', 'x-b': 'kept' } });
  });

  test('removing leaves a week to restore it, and forgets it at once', async () => {
    secrets.on(DeleteSecretCommand).resolves({});
    const credentials = connect();
    await credentials.read('int_1');
    await credentials.remove('int_1');
    expect(secrets.commandCalls(DeleteSecretCommand)[0]?.args[0].input).toEqual({ SecretId, RecoveryWindowInDays: 7 });
    await credentials.read('int_1');
    expect(reads()).toBe(2);
  });

  test.each([new ResourceNotFoundException(aws), new InvalidRequestException(aws)])(
    'removing what is gone or marked already is no error: %s',
    async (error) => {
      secrets.on(DeleteSecretCommand).rejects(error);
      await expect(connect().remove('int_1')).resolves.toBeUndefined();
    },
  );

  test('a removal that fails is told', async () => {
    secrets.on(DeleteSecretCommand).rejects(new Error('throttled'));
    await expect(connect().remove('int_1')).rejects.toThrow('throttled');
  });

  test('writing replaces the secret that is there', async () => {
    secrets.on(CreateSecretCommand).rejects(new ResourceExistsException(aws));
    secrets.on(PutSecretValueCommand).resolves({});
    await connect().write('int_1', alice);
    expect(secrets.commandCalls(PutSecretValueCommand)[0]?.args[0].input).toEqual({
      SecretId,
      SecretString: JSON.stringify(alice),
    });
  });
});
