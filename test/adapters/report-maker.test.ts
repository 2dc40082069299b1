import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { expect, onTestFinished, test } from 'vitest';
import { connectReportMaker } from '../../functions/adapters/report-maker.ts';

/** The SDK against a Lambda that answers so. */
async function makerOn(answer: (response: ServerResponse) => void, patienceMs?: number) {
  const asked: unknown[] = [];
  const server = createServer(async (request, response) => {
    asked.push([request.url, await json(request)]);
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const client = new LambdaClient({
    ...{ endpoint: `http://127.0.0.1:${port}`, region: 'eu-central-1', maxAttempts: 1 },
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return { asked, maker: connectReportMaker('write-report', client, patienceMs) };
}

test('asks the function for the page of a job, and waits for it', async () => {
  const { asked, maker } = await makerOn((response) => response.end('{"status":"already_there"}'));
  expect(await maker.make('job_1')).toBe('already_there');
  expect(asked).toEqual([['/2015-03-31/functions/write-report/invocations', { jobId: 'job_1' }]]);
});

test('a function that fails, says something else or does not answer is an error without its text', async () => {
  const failed = await makerOn((response) =>
    response.writeHead(200, { 'x-amz-function-error': 'Unhandled' }).end('{"errorMessage":"inner words"}'),
  );
  await expect(failed.maker.make('job_1')).rejects.toThrow(/^write-report failed$/);
  const other = await makerOn((response) => response.end('{"status":"what"}'));
  await expect(other.maker.make('job_1')).rejects.toMatchObject({ name: 'ZodError' });
  const silent = await makerOn(() => {}, 50);
  await expect(silent.maker.make('job_1')).rejects.toMatchObject({ name: expect.stringMatching(/Abort|Timeout/) });
});
