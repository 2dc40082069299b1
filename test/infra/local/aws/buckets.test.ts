import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  NoSuchBucket,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { expect, onTestFinished, test } from 'vitest';
import { newDirectory, startAws } from './fixture.ts';

async function startBucket(directory = newDirectory()) {
  const aws = await startAws({ directory });
  onTestFinished(aws.close);
  aws.buckets.ensure('results');
  // As in a function: no forcePathStyle, because the endpoint is an IP address.
  const client = new S3Client(aws.sdk);
  const put = (Key: string, Body: string | Readable | Uint8Array, more: object = {}) =>
    client.send(new PutObjectCommand({ Bucket: 'results', Key, Body, ...more }));
  const text = async (Key: string) =>
    (await client.send(new GetObjectCommand({ Bucket: 'results', Key }))).Body?.transformToString();
  return { ...aws, client, put, text };
}

test('an object comes back with its type, and the client finds its checksum right', async () => {
  const { client, put } = await startBucket();
  const { ETag } = await put('job/patch.diff', 'größer', {
    ContentType: 'text/x-diff; charset=utf-8',
    ContentEncoding: 'identity',
    Metadata: { job: '1' },
  });
  const object = await client.send(new GetObjectCommand({ Bucket: 'results', Key: 'job/patch.diff' }));
  expect(object).toMatchObject({
    ContentType: 'text/x-diff; charset=utf-8',
    ContentEncoding: 'identity',
    ContentLength: 8,
    Metadata: { job: '1' },
    ETag,
    ChecksumCRC32: expect.stringMatching(/=$/),
  });
  expect(await object.Body?.transformToString()).toBe('größer');
  const head = await client.send(new HeadObjectCommand({ Bucket: 'results', Key: 'job/patch.diff' }));
  expect(head).toMatchObject({ ContentLength: 8, ContentType: 'text/x-diff; charset=utf-8' });
});

test('a stream, which the client sends in chunks with a trailer, is stored without them', async () => {
  const { client, put, text } = await startBucket();
  const parts = ['a'.repeat(70_000), 'b'.repeat(10)];
  await put('stream', Readable.from(parts.map((part) => Buffer.from(part))), { ContentLength: 70_010 });
  expect(await text('stream')).toBe(parts.join(''));
  const head = await client.send(new HeadObjectCommand({ Bucket: 'results', Key: 'stream' }));
  expect(head.ContentEncoding).toBeUndefined();
});

test.each(['../../../evil', '..', 'a//b', '/a', 'a b+c%2F?#&é', 'x'.repeat(1_000)])(
  'the key %s is a key as any other',
  async (key) => {
    const { directory, client, put, text } = await startBucket();
    await put(key, 'x');
    expect(await text(key)).toBe('x');
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: 'results' }));
    expect(Contents?.map(({ Key }) => Key)).toEqual([key]);
    const [file = '', ...more] = readdirSync(join(directory, 'buckets', 'results'));
    expect(more).toEqual([]);
    expect(statSync(join(directory, 'buckets', 'results', file)).mode & 0o777).toBe(0o600);
  },
);

test('objects are listed by folder and page by page', async () => {
  const { client, put } = await startBucket();
  for (const key of ['b/2', 'a', 'b/1', 'c']) await put(key, key);
  const list = (more: object) => client.send(new ListObjectsV2Command({ Bucket: 'results', ...more }));
  const names = ({ Contents = [], CommonPrefixes = [] }: Awaited<ReturnType<typeof list>>) => [
    Contents.map(({ Key }) => Key),
    CommonPrefixes.map(({ Prefix }) => Prefix),
  ];
  expect(names(await list({}))).toEqual([['a', 'b/1', 'b/2', 'c'], []]);
  expect(names(await list({ Prefix: 'b/' }))).toEqual([['b/1', 'b/2'], []]);
  expect(names(await list({ StartAfter: 'b/1' }))).toEqual([['b/2', 'c'], []]);
  const first = await list({ Delimiter: '/', MaxKeys: 2 });
  expect([names(first), first.IsTruncated, first.KeyCount]).toEqual([[['a'], ['b/']], true, 2]);
  const second = await list({ Delimiter: '/', MaxKeys: 2, ContinuationToken: first.NextContinuationToken });
  expect([names(second), second.IsTruncated]).toEqual([[['c'], []], false]);
});

test('what is not there is said by name, and may be deleted', async () => {
  const { client, text } = await startBucket();
  await expect(text('none')).rejects.toBeInstanceOf(NoSuchKey);
  const elsewhere = new GetObjectCommand({ Bucket: 'elsewhere', Key: 'x' });
  await expect(client.send(elsewhere)).rejects.toBeInstanceOf(NoSuchBucket);
  const head = new HeadObjectCommand({ Bucket: 'results', Key: 'none' });
  await expect(client.send(head)).rejects.toBeInstanceOf(NotFound);
  await client.send(new HeadBucketCommand({ Bucket: 'results' }));
  await client.send(new DeleteObjectCommand({ Bucket: 'results', Key: 'none' }));
  const { Buckets } = await client.send(new ListBucketsCommand({}));
  expect(Buckets?.map(({ Name }) => Name)).toEqual(['results']);
});

test.each([
  ['a condition', { IfMatch: '"0"' }],
  ['a class', { StorageClass: 'GLACIER' }],
  ['a checksum it cannot compare', { ChecksumCRC32C: 'AAAAAA==' }],
] as const)('%s is refused rather than ignored', async (_, more) => {
  const { put } = await startBucket();
  await expect(put('x', 'x', more)).rejects.toMatchObject({ name: 'NotImplemented' });
});

test('objects are there at the next start, until they are deleted', async () => {
  const directory = newDirectory();
  const first = await startBucket(directory);
  await first.put('a', '1');
  await first.put('b', '2');
  await first.client.send(new DeleteObjectCommand({ Bucket: 'results', Key: 'b' }));
  await first.close();
  const second = await startBucket(directory);
  expect(await second.text('a')).toBe('1');
  await expect(second.text('b')).rejects.toBeInstanceOf(NoSuchKey);
});

test('each object has the one version null, by which it is deleted', async () => {
  const { client, put } = await startBucket();
  for (const key of ['job_1/a', 'job_2/b']) await put(key, '1');
  const list = async () =>
    (await client.send(new ListObjectVersionsCommand({ Bucket: 'results', Prefix: 'job_1/' }))).Versions;
  expect(await list()).toMatchObject([{ Key: 'job_1/a', VersionId: 'null', IsLatest: true }]);
  const remove = (VersionId: string) =>
    client.send(new DeleteObjectCommand({ Bucket: 'results', Key: 'job_1/a', VersionId }));
  await expect(remove('other')).rejects.toMatchObject({ name: 'NotImplemented' });
  await remove('null');
  expect(await list()).toBeUndefined();
});

test('a name that no bucket may have is refused', async () => {
  const { buckets } = await startBucket();
  for (const name of ['../x', 'Results', 'ab', '..', 'a/b'])
    expect(() => buckets.ensure(name)).toThrow('no name of a bucket');
});

test('a put that makes an object is refused where there is one, which stays as it is', async () => {
  const { put, text } = await startBucket();
  await put('once', 'first', { IfNoneMatch: '*' });
  await expect(put('once', 'second', { IfNoneMatch: '*' })).rejects.toMatchObject({
    name: 'PreconditionFailed',
    $metadata: { httpStatusCode: 412 },
  });
  expect(await text('once')).toBe('first');
});
