import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectResultReader } from '../../functions/adapters/result-reader.ts';

let server: Server;
let client: S3Client;
let answer: (response: ServerResponse) => void;
let asked: Pick<IncomingMessage, 'method' | 'url' | 'headers'>[];

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(request);
    answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  client = new S3Client({
    ...{ endpoint: `http://127.0.0.1:${port}`, forcePathStyle: true, region: 'eu-central-1', maxAttempts: 1 },
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
});
afterEach(async () => {
  client.destroy();
  await new Promise((done) => server.close(done));
});

test('reads the beginning of the answer', async () => {
  answer = (response) => response.writeHead(200).end('ROOT CAUSE: alr_1\nThe disk is full.');
  expect(await connectResultReader('results', client).read('job_1/answer.md', 17)).toBe('ROOT CAUSE: alr_1');
  expect(asked).toMatchObject([{ method: 'GET' }]);
  expect(asked[0]?.url).toMatch(/^\/results\/job_1\/answer\.md/);
});

test('reads no further than it has to, and no letter in half', async () => {
  const body = 'é'.repeat(4_000_000);
  answer = (response) => response.writeHead(200).end(body);
  expect(await connectResultReader('results', client).read('job_1/patch.diff', 1_001)).toBe('é'.repeat(1_001));
  expect(await connectResultReader('results', client).read('job_1/patch.diff', 9_000_000)).toBe(body);
});

test('an answer that is not there is none', async () => {
  answer = (response) => response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>');
  expect(await connectResultReader('results', client).read('job_1/answer.md', 100)).toBeNull();
});

test('any other failure is one', async () => {
  answer = (response) => response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>');
  await expect(connectResultReader('results', client).read('job_1/answer.md', 100)).rejects.toThrow();
});
