import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { beforeEach, describe, expect, test } from 'vitest';
import { connectApiTokens } from '../../../functions/adapters/secrets/api-tokens.ts';
import { mockClient } from '../../support/mock-client.ts';

const client = new SecretsManagerClient({ region: 'eu-central-1' });
const secrets = mockClient(client);
const SecretId = 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:tokens';

const all = (name: string) => ({ name, role: 'admin', relayId: null });

describe('API tokens', () => {
  let now: number;
  const connect = () => connectApiTokens(SecretId, client, () => now);
  const reads = () => secrets.commandCalls(GetSecretValueCommand).length;
  const store = (text: string) => secrets.on(GetSecretValueCommand, { SecretId }).resolves({ SecretString: text });

  beforeEach(() => {
    now = 0;
    secrets.reset();
    store('{"admin":"a-token","ci":"another token"}');
  });

  test('several live at once, each by its name', async () => {
    const tokens = connect();
    expect(await tokens.holderOf('a-token')).toEqual(all('admin'));
    expect(await tokens.holderOf('another token')).toEqual(all('ci'));
    expect(reads()).toBe(1);
  });

  test('a limited one tells its role and its relay', async () => {
    store(
      '{"admin":"a-token","ro":{"token":"t1","role":"read"},"one":{"token":"t2","role":"write","relayId":"rly_1"}}',
    );
    const tokens = connect();
    expect(await tokens.holderOf('t1')).toEqual({ name: 'ro', role: 'read', relayId: null });
    expect(await tokens.holderOf('t2')).toEqual({ name: 'one', role: 'write', relayId: 'rly_1' });
    expect(await tokens.holderOf('a-token')).toEqual(all('admin'));
  });

  test.each(['', 'a-toke', 'a-token ', 'A-TOKEN', 'admin', '__proto__'])('%j is none of them', async (token) => {
    expect(await connect().holderOf(token)).toBeUndefined();
  });

  test('their names are those of the secret, a new one after seconds', async () => {
    const tokens = connect();
    expect(await tokens.holders()).toEqual(['admin', 'ci'].map(all));
    store('{"admin":"a-token","ci":"another token","alice":"a third one"}');
    now = 4_999;
    expect(await tokens.holders()).toEqual(['admin', 'ci'].map(all));
    now = 5_000;
    expect(await tokens.holders()).toEqual(['admin', 'ci', 'alice'].map(all));
  });

  test('a removed token is refused after a minute', async () => {
    const tokens = connect();
    await tokens.holderOf('a-token');
    store('{"ci":"another token"}');
    now = 59_999;
    expect(await tokens.holderOf('a-token')).toEqual(all('admin'));
    now = 60_000;
    expect(await tokens.holderOf('a-token')).toBeUndefined();
  });

  test('a new token works at once', async () => {
    const tokens = connect();
    await tokens.holderOf('a-token');
    store('{"admin":"a-token","new":"new-token"}');
    now = 5_000;
    expect(await tokens.holderOf('new-token')).toEqual(all('new'));
  });

  test('guessing reads the secret once in five seconds', async () => {
    const tokens = connect();
    for (now = 0; now < 10_000; now += 100) await tokens.holderOf(`guess ${now}`);
    expect(reads()).toBe(2);
  });

  test.each([
    'a-token',
    '["a-token"]',
    '{"admin":""}',
    '{"admin":{"token":"a-token"}}',
    '{"admin":{"token":"a-token","role":"root"}}',
    '',
  ])('a secret that is %j lets nobody in, and is not quoted', async (text) => {
    store(text);
    const error: unknown = await connect()
      .holderOf('a-token')
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'Error', message: expect.stringContaining('API tokens') });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('a-token');
  });

  test('a secret that cannot be read is an error, never a refusal', async () => {
    secrets.on(GetSecretValueCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
    await expect(connect().holderOf('a-token')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
