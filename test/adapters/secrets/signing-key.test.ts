import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { beforeEach, expect, test } from 'vitest';
import { connectSigningKeys } from '../../../functions/adapters/secrets/signing-key.ts';
import { mockClient } from '../../support/mock-client.ts';

const secrets = mockClient(SecretsManagerClient);
beforeEach(() => secrets.reset());
const KEY = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const NEXT = 'QnV0IHRoaXMgb25lIGlzIG5leHQhISEh';
let now = 0;
const connect = () =>
  connectSigningKeys('arn:signing', new SecretsManagerClient({ region: 'eu-central-1' }), () => now);

test.each([
  [KEY, [KEY]],
  [`whsec_${KEY}`, [KEY]],
  [`${NEXT} ${KEY}`, [NEXT, KEY]],
  [`whsec_${NEXT} whsec_${KEY}`, [NEXT, KEY]],
])('reads %s, and again after five minutes', async (SecretString, expected) => {
  secrets.on(GetSecretValueCommand, { SecretId: 'arn:signing' }).resolves({ SecretString });
  const keys = connect();
  for (const at of [0, 299_999]) {
    now = at;
    expect(await keys()).toEqual(expected);
  }
  expect(secrets.calls()).toHaveLength(1);
  now = 300_000;
  await keys();
  expect(secrets.calls()).toHaveLength(2);
});

test.each(['hunter2', `${KEY} hunter2`, `${KEY} ${KEY} ${NEXT}`, ''])(
  'refuses %s, and does not quote it',
  async (text) => {
    secrets.on(GetSecretValueCommand).resolves({ SecretString: text });
    await expect(connect()()).rejects.toThrow(/^(?!.*(hunter2|MfKQ)).*whsec_/);
  },
);
