import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { beforeEach, expect, test } from 'vitest';
import { connectFrontDoor } from '../../../functions/adapters/secrets/front-door.ts';
import { mockClient } from '../../support/mock-client.ts';

const secrets = mockClient(SecretsManagerClient);
beforeEach(() => secrets.reset());
let now = 0;
const client = new SecretsManagerClient({ region: 'eu-central-1' });
const connect = (header = 'x-front') => connectFrontDoor(header, 'arn:front', client, () => now);
const admits = (headers: Record<string, string | undefined>) => connect()?.admits(headers);

test('is not there where no header is asked for, and then nothing is read', () => {
  expect(connect('')).toBeUndefined();
  expect(secrets.calls()).toEqual([]);
});

test('admits each value of its secret in its header, and nothing else', async () => {
  secrets.on(GetSecretValueCommand, { SecretId: 'arn:front' }).resolves({ SecretString: 'next current' });
  expect(await admits({ 'x-front': 'current' })).toBe(true);
  expect(await admits({ 'x-front': 'next' })).toBe(true);
  for (const value of ['', ' ', 'next current', 'curren', 'current,current', undefined]) {
    expect(await admits({ 'x-front': value })).toBe(false);
  }
  expect(await admits({ 'x-other': 'current' })).toBe(false);
});

test('reads its secret again after five minutes', async () => {
  secrets.on(GetSecretValueCommand).resolves({ SecretString: 'current' });
  const front = connect();
  for (const at of [0, 299_999, 300_000]) {
    now = at;
    await front?.admits({});
  }
  expect(secrets.calls()).toHaveLength(2);
});

test('admits nobody, and throws, where its secret is empty or cannot be read', async () => {
  secrets.on(GetSecretValueCommand).resolves({ SecretString: ' ' });
  await expect(admits({ 'x-front': '' })).rejects.toThrow('is empty');
  secrets.on(GetSecretValueCommand).rejects(new Error('throttled'));
  await expect(admits({ 'x-front': 'current' })).rejects.toThrow('throttled');
});
