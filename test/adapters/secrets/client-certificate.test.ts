import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { beforeEach, describe, expect, test } from 'vitest';
import { connectClientCertificate } from '../../../functions/adapters/secrets/client-certificate.ts';
import { mockClient } from '../../support/mock-client.ts';

const certificate = '-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n';
const key = `-----BEGIN ${'PRIVATE'} KEY-----\nMHc=\n-----END ${'PRIVATE'} KEY-----\n`;

describe('the client certificate', () => {
  const client = mockClient(SecretsManagerClient);
  let now = 0;
  const connect = () => connectClientCertificate('relay/client', new SecretsManagerClient({}), () => now);
  const holds = (text: string) =>
    client.on(GetSecretValueCommand, { SecretId: 'relay/client' }).resolves({ SecretString: text });
  beforeEach(() => {
    client.reset();
    now = 0;
  });

  test('is none where no secret is named', () => expect(connectClientCertificate('')).toBeUndefined());

  test('is read once in five minutes, and stays the same object until it is another', async () => {
    holds(JSON.stringify({ certificate, key }));
    const read = connect();
    const first = await read?.();
    expect(first).toEqual({ certificate, key });
    now = 299_999;
    expect(await read?.()).toBe(first);
    expect(client.commandCalls(GetSecretValueCommand)).toHaveLength(1);
    now = 300_000;
    expect(await read?.()).toBe(first);
    expect(client.commandCalls(GetSecretValueCommand)).toHaveLength(2);
    holds(JSON.stringify({ certificate: `${certificate}${certificate}`, key }));
    now = 600_000;
    expect(await read?.()).toEqual({ certificate: `${certificate}${certificate}`, key });
  });

  test.each([
    ['no JSON', `${certificate}${key}`],
    ['no key', JSON.stringify({ certificate })],
    ['a key with a passphrase', JSON.stringify({ certificate, key: key.replaceAll('PRIVATE', 'ENCRYPTED PRIVATE') })],
    ['the other way round', JSON.stringify({ certificate: key, key: certificate })],
  ])('%s is refused, and not repeated', async (_what, text) => {
    holds(text);
    const refusal = await connect()?.().catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      name: 'CredentialsRejected',
      message: expect.stringMatching(/relay\/client.*PEM/),
    });
    expect(JSON.stringify(refusal)).not.toContain('MHc');
  });

  test('a secret that is not there is refused likewise', async () => {
    client.on(GetSecretValueCommand).rejects(new ResourceNotFoundException({ message: 'no', $metadata: {} }));
    await expect(connect()?.()).rejects.toMatchObject({ name: 'CredentialsRejected' });
  });
});
