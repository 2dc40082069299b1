import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { reuseOrBundle } from '../../infra/bundle.ts';
import { variablesOf } from '../support/function-variables.ts';

const { bundles } = await reuseOrBundle();

/** One delivery to `receive-alert`, with all that the stack sets and none of what Lambda sets for the role. */
const caller = `
const { parentPort, workerData } = require('node:worker_threads');
(async () => {
  const { url, event } = workerData;
  const { handler } = await import(url);
  parentPort.postMessage(await handler(event, { functionName: 'receive-alert' }));
})();`;

/** What it answered, and what it printed. */
async function deliver(env: Record<string, string>): Promise<{ answer: unknown; printed: string }> {
  const worker = new Worker(caller, {
    eval: true,
    stdout: true,
    stderr: true,
    workerData: {
      url: pathToFileURL(join(bundles['receive-alert'].folder, 'index.mjs')).href,
      event: { requestContext: { requestId: 'request-1' }, pathParameters: { webhookKey: 'key' }, body: '{}' },
    },
    env: { ...variablesOf('receive-alert'), AWS_REGION: 'eu-central-1', ...env },
  });
  const printed = Promise.all([text(worker.stdout), text(worker.stderr)]);
  const [answer] = await once(worker, 'message');
  await worker.terminate();
  return { answer, printed: (await printed).join('') };
}

const notStored = { statusCode: 503, body: expect.stringContaining('"not_stored"') };

test('a function without credentials in its environment refuses, whatever profile is at hand, and its log says why', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'opencode-relay-profile-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const profile = join(folder, 'credentials');
  await writeFile(profile, '[default]\naws_access_key_id = local\naws_secret_access_key = local\n');
  // The SDK's own chain would take the profile, and fail at the endpoint only.
  const { answer, printed } = await deliver({
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: profile,
  });
  expect(answer).toMatchObject(notStored);
  expect(printed).toContain('"name":"CredentialsProviderError"');
});

test('an error of AWS that no function looks for still says its name and what was the matter', async () => {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.statusCode = 400;
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      const __type = 'com.amazonaws.dynamodb.v20120810#ItemCollectionSizeLimitExceededException';
      response.end(JSON.stringify({ __type, message: 'Collection size exceeded' }));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  const { port } = z.object({ port: z.int() }).parse(server.address());
  const { answer, printed } = await deliver({
    ...{ AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
  });
  expect(answer).toMatchObject(notStored);
  expect(printed).toContain(
    '"error":{"name":"ItemCollectionSizeLimitExceededException","message":"Collection size exceeded"',
  );
});
