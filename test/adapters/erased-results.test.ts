import { DeleteObjectCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { beforeEach, expect, test } from 'vitest';
import { connectErasedResults } from '../../functions/adapters/erased-results.ts';
import { mockClient } from '../support/mock-client.ts';

const client = new S3Client({ region: 'eu-central-1' });
const s3 = mockClient(client);
const results = connectErasedResults('results', client);
const Key = 'job_1/manifest.json';

beforeEach(() => {
  s3.reset();
  s3.on(DeleteObjectCommand).resolves({});
});

test('each version of each object of the job is deleted, and what an earlier deletion left', async () => {
  const [first, last] = [{ Versions: [{ Key, VersionId: 'v2' }] }, { DeleteMarkers: [{ Key, VersionId: 'v1' }] }];
  s3.on(ListObjectVersionsCommand)
    .resolvesOnce({ ...first, IsTruncated: true })
    .resolvesOnce(last);
  await results.erase('job_1');
  expect(s3.commandCalls(ListObjectVersionsCommand).map(({ args }) => args[0].input.Prefix)).toEqual([
    'job_1/',
    'job_1/',
  ]);
  expect(s3.commandCalls(DeleteObjectCommand).map(({ args }) => args[0].input)).toEqual(
    ['v2', 'v1'].map((VersionId) => ({ Bucket: 'results', Key, VersionId })),
  );
});

test('what does not come to an end is not taken for done', async () => {
  s3.on(ListObjectVersionsCommand).resolves({ IsTruncated: true });
  await expect(results.erase('job_1')).rejects.toThrow('more versions');
});
