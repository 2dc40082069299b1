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
import {
  connectWebhookSecretReader,
  connectWebhookSecretWriter,
} from '../../../functions/adapters/secrets/webhook-secrets.ts';
import { mockClient } from '../../support/mock-client.ts';

const client = new SecretsManagerClient({ region: 'eu-central-1' });
const secrets = mockClient(client);
const SecretId = 'OpencodeRelay/webhooks/wh_1';
const secret = { secrets: ['correct horse'] };
const SecretString = '{"secrets":["correct horse"]}';
const aws = { message: 'no', $metadata: {} };

beforeEach(() => {
  secrets.reset();
});

describe('reading', () => {
  let now: number;
  const connect = () => connectWebhookSecretReader('OpencodeRelay', client, () => now);
  const reads = () => secrets.commandCalls(GetSecretValueCommand).length;

  beforeEach(() => {
    now = 0;
    secrets.on(GetSecretValueCommand, { SecretId, VersionId: 'v1' }).resolves({ SecretString });
  });

  test('gives the version that is asked for, and asks again after a minute', async () => {
    const reader = connect();
    expect(await reader.read('wh_1', 'v1')).toEqual(secret);
    now = 59_999;
    expect(await reader.read('wh_1', 'v1')).toEqual(secret);
    expect(reads()).toBe(1);
    now = 60_000;
    secrets.on(GetSecretValueCommand).rejects(new ResourceNotFoundException(aws));
    expect(await reader.read('wh_1', 'v1')).toBeUndefined();
    expect(reads()).toBe(2);
  });

  test('another version is another secret', async () => {
    const reader = connect();
    await reader.read('wh_1', 'v1');
    secrets.on(GetSecretValueCommand, { SecretId, VersionId: 'v2' }).resolves({ SecretString: '{"secrets":["next"]}' });
    expect(await reader.read('wh_1', 'v2')).toEqual({ secrets: ['next'] });
  });

  test.each([
    ['missing', new ResourceNotFoundException(aws)],
    ['marked for deletion', new InvalidRequestException(aws)],
  ])('one that is %s is none, and is looked for again', async (_, error) => {
    secrets.on(GetSecretValueCommand).rejects(error);
    const reader = connect();
    expect(await reader.read('wh_1', 'v1')).toBeUndefined();
    await reader.read('wh_1', 'v1');
    expect(reads()).toBe(2);
  });

  test('any other refusal of AWS stays what it is, and nothing is taken from memory past its time', async () => {
    const reader = connect();
    await reader.read('wh_1', 'v1');
    now = 60_000;
    secrets.on(GetSecretValueCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
    await expect(reader.read('wh_1', 'v1')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test.each(['correct horse', '{"secret":"correct horse"}', '{"secrets":[]}', undefined])(
    'what is no secret of a webhook is an error that does not hold it: %s',
    async (text) => {
      secrets.on(GetSecretValueCommand).resolves(text === undefined ? {} : { SecretString: text });
      const error: unknown = await connect()
        .read('wh_1', 'v1')
        .catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(Error);
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('correct horse');
    },
  );
});

describe('writing', () => {
  const writer = connectWebhookSecretWriter('OpencodeRelay', client);

  const id = `${'0'.repeat(47)}a`;
  const version = {
    SecretId,
    SecretString,
    ClientRequestToken: id,
    // The second one keeps it from being deprecated, whatever the first one moves on to.
    VersionStages: ['AWSCURRENT', 'live-a'],
  };
  const inputs = () => secrets.calls().map(({ args: [command] }) => command.input);

  test('adds a version, under a label of its own', async () => {
    secrets.on(PutSecretValueCommand).resolves({});
    await writer.write('wh_1', id, secret);
    expect(inputs()).toEqual([version]);
  });

  test('creates the secret first where there is none', async () => {
    secrets.on(PutSecretValueCommand).rejectsOnce(new ResourceNotFoundException(aws)).resolves({});
    secrets.on(CreateSecretCommand).resolves({});
    await writer.write('wh_1', id, secret);
    expect(inputs()).toEqual([version, { Name: SecretId }, version]);
  });

  test('creates it with the key of the stack, where there is one', async () => {
    secrets.on(PutSecretValueCommand).rejectsOnce(new ResourceNotFoundException(aws)).resolves({});
    secrets.on(CreateSecretCommand).resolves({});
    await connectWebhookSecretWriter('OpencodeRelay', client, 'arn:key').write('wh_1', id, secret);
    expect(inputs()).toEqual([version, { Name: SecretId, KmsKeyId: 'arn:key' }, version]);
  });

  test('goes on where somebody else has just created it', async () => {
    secrets.on(PutSecretValueCommand).rejectsOnce(new ResourceNotFoundException(aws)).resolves({});
    secrets.on(CreateSecretCommand).rejects(new ResourceExistsException(aws));
    await writer.write('wh_1', id, secret);
    expect(inputs().at(-1)).toEqual(version);
  });

  test('takes one that is about to be deleted back first', async () => {
    secrets.on(PutSecretValueCommand).rejectsOnce(new InvalidRequestException(aws)).resolves({});
    secrets.on(RestoreSecretCommand).resolves({});
    await writer.write('wh_1', id, secret);
    expect(inputs()).toEqual([version, { SecretId }, version]);
    expect(secrets.commandCalls(RestoreSecretCommand)).toHaveLength(1);
  });

  test('any other refusal stays what it is', async () => {
    secrets.on(PutSecretValueCommand).rejects(new Error('throttled'));
    await expect(writer.write('wh_1', id, secret)).rejects.toThrow('throttled');
    secrets.on(PutSecretValueCommand).rejects(new ResourceNotFoundException(aws));
    secrets.on(CreateSecretCommand).rejects(new Error('throttled too'));
    await expect(writer.write('wh_1', id, secret)).rejects.toThrow('throttled too');
  });
});

describe('removing', () => {
  const writer = connectWebhookSecretWriter('OpencodeRelay', client);

  test('leaves a week to take it back', async () => {
    secrets.on(DeleteSecretCommand).resolves({});
    await writer.remove('wh_1');
    expect(secrets.commandCalls(DeleteSecretCommand)[0]?.args[0].input).toEqual({ SecretId, RecoveryWindowInDays: 7 });
  });

  test.each([new ResourceNotFoundException(aws), new InvalidRequestException(aws)])('twice is once', async (error) => {
    secrets.on(DeleteSecretCommand).rejects(error);
    await expect(writer.remove('wh_1')).resolves.toBeUndefined();
  });

  test('any other refusal stays what it is', async () => {
    secrets.on(DeleteSecretCommand).rejects(new Error('throttled'));
    await expect(writer.remove('wh_1')).rejects.toThrow('throttled');
  });
});
