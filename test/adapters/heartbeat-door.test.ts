import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { connectHeartbeatDoor } from '../../functions/adapters/heartbeat-door.ts';
import { mockClient } from '../support/mock-client.ts';

const secrets = mockClient(SecretsManagerClient);
beforeEach(() => {
  secrets.reset();
  secrets.on(GetSecretValueCommand, { SecretId: 'arn:key' }).resolves({ SecretString: 'key-1' });
  secrets.on(GetSecretValueCommand, { SecretId: 'arn:front' }).resolves({ SecretString: 'new old' });
  posted.length = 0;
});

const posted: { path: string; headers: IncomingHttpHeaders; body: string }[] = [];
const server = createServer(async (request, response) => {
  const { url: path = '', headers } = request;
  posted.push({ path, headers, body: await text(request) });
  response.writeHead(path.endsWith('key-1') ? 202 : 404).end('{}');
});
let hooksUrl = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  hooksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
});
afterAll(() => server.close());

const client = new SecretsManagerClient({ region: 'eu-central-1' });
const door = (header = '') =>
  connectHeartbeatDoor({ hooksUrl, keySecretArn: 'arn:key', front: { header, secretArn: 'arn:front' } }, client);

test('posts as a sender does, and tells how it was answered', async () => {
  expect(await door().key()).toBe('key-1');
  expect(await door().post('key-1', { title: 'Heartbeat' })).toBe(202);
  expect(await door().post('key-2', {})).toBe(404);
  expect(posted[0]).toMatchObject({
    path: '/hooks/key-1',
    headers: { 'content-type': 'application/json' },
    body: '{"title":"Heartbeat"}',
  });
});

test('shows the newest value of the header that the API asks for', async () => {
  await door('x-front').post('key-1', {});
  expect(posted[0]?.headers['x-front']).toBe('new');
});

test('says so of a secret that is empty', async () => {
  secrets.on(GetSecretValueCommand, { SecretId: 'arn:key' }).resolves({ SecretString: ' ' });
  await expect(door().key()).rejects.toThrow('A secret of the heartbeat is empty');
});
