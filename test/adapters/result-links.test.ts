import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, onTestFinished, test } from 'vitest';
import { connectResultLinks } from '../../functions/adapters/result-links.ts';
import { startAws } from '../infra/local/aws/fixture.ts';

test('a link names bucket and object, carries its signature and ends', async () => {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'a-secret', sessionToken: 'a-session' };
  const client = new S3Client({ region: 'eu-central-1', credentials });
  const link = new URL(await connectResultLinks('results', client).link('job_1/patch.diff', 300));
  expect(`${link.origin}${link.pathname}`).toBe('https://results.s3.eu-central-1.amazonaws.com/job_1/patch.diff');
  expect(Object.fromEntries(link.searchParams)).toMatchObject({
    'X-Amz-Expires': '300',
    'X-Amz-Security-Token': 'a-session',
    'X-Amz-Signature': expect.stringMatching(/^[\da-f]{64}$/),
  });
  expect(link.href).not.toContain('a-secret');
});

test('the local stack serves it to a plain GET', async () => {
  const { buckets, sdk, close } = await startAws();
  onTestFinished(close);
  buckets.ensure('results');
  const client = new S3Client(sdk);
  await client.send(new PutObjectCommand({ Bucket: 'results', Key: 'job_1/answer.md', Body: 'Fixed.' }));
  const answer = await fetch(await connectResultLinks('results', client).link('job_1/answer.md', 300));
  expect([answer.status, await answer.text()]).toEqual([200, 'Fixed.']);
});
