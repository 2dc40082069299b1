import { HeadObjectCommand, NotFound, PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { beforeEach, expect, test } from 'vitest';
import { connectReports } from '../../functions/adapters/reports.ts';
import { mockClient } from '../support/mock-client.ts';

const client = new S3Client({ region: 'eu-central-1' });
const s3 = mockClient(client);
const reports = connectReports('results', client);
beforeEach(() => s3.reset());

test('a page stands beside the manifest, as HTML', async () => {
  s3.on(PutObjectCommand).resolves({});
  await reports.write('job_1', '<!doctype html>');
  expect(s3.commandCalls(PutObjectCommand).map(({ args }) => args[0].input)).toEqual([
    { Bucket: 'results', Key: 'job_1/report.html', Body: '<!doctype html>', ContentType: 'text/html; charset=utf-8' },
  ]);
});

test('a page is there or not, and trouble is neither', async () => {
  const about = { $metadata: {}, message: '' };
  s3.on(HeadObjectCommand).resolvesOnce({}).rejectsOnce(new NotFound(about));
  expect(await reports.isThere('job_1')).toBe(true);
  expect(await reports.isThere('job_1')).toBe(false);
  s3.on(HeadObjectCommand).rejects(new S3ServiceException({ ...about, name: 'Forbidden', $fault: 'client' }));
  await expect(reports.isThere('job_1')).rejects.toMatchObject({ name: 'Forbidden' });
  expect(s3.commandCalls(HeadObjectCommand)[0]?.args[0].input).toEqual({ Bucket: 'results', Key: 'job_1/report.html' });
});
