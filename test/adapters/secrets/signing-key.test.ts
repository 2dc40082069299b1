import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { beforeEach, expect, test } from 'vitest';
import { connectSigningKey } from '../../../functions/adapters/secrets/signing-key.ts';
import { mockClient } from '../../support/mock-client.ts';

const secrets = mockClient(SecretsManagerClient);
beforeEach(() => secrets.reset());
const KEY = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
let now = 0;
const connect = () => connectSigningKey('arn:signing', new SecretsManagerClient({ region: 'eu-central-1' }), () => now);

test.each([KEY, `whsec_${KEY}`])('reads %s, and again after five minutes', async (SecretString) => {
  secrets.on(GetSecretValueCommand, { SecretId: 'arn:signing' }).resolves({ SecretString });
  const key = connect();
  for (const at of [0, 299_999]) {
    now = at;
    expect(await key()).toBe(KEY);
  }
  expect(secrets.calls()).toHaveLength(1);
  now = 300_000;
  await key();
  expect(secrets.calls()).toHaveLength(2);
});

test('refuses what is no key, and does not quote it', async () => {
  secrets.on(GetSecretValueCommand).resolves({ SecretString: 'hunter2' });
  await expect(connect()()).rejects.toThrow(/^(?!.*hunter2).*whsec_/);
});
