import {
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { beforeEach, expect, test } from 'vitest';
import { connectAuditArchive } from '../../functions/adapters/audit-archive.ts';
import { auditText, recordKeyOf } from '../../functions/contract/audit-records.ts';
import { changeRecordOf } from '../../functions/domain/audit/change-record.ts';
import { mockClient } from '../support/mock-client.ts';

const client = new S3Client({ region: 'eu-central-1' });
const s3 = mockClient(client);
const archive = connectAuditArchive('audit', client);
const record = changeRecordOf({ requestId: 'JKJa=', at: '2027-03-01T12:00:00.000Z', who: 'ada', what: 'pause' });
const refusedWith = (httpStatusCode: number) =>
  new S3ServiceException({ name: 'Refused', $fault: 'client', message: 'no', $metadata: { httpStatusCode } });
const puts = () => s3.commandCalls(PutObjectCommand);

beforeEach(() => s3.reset());

test('a record is put under its hour, only where there is none', async () => {
  s3.on(PutObjectCommand).resolves({});
  await archive.write(record);
  expect(puts().map(({ args }) => args[0].input)).toEqual([
    {
      ...{ Bucket: 'audit', Key: 'records/2027/03/01/12/change_JKJa.json', Body: auditText(record) },
      ...{ ContentType: 'application/json; charset=utf-8', IfNoneMatch: '*' },
    },
  ]);
  expect(recordKeyOf(record)).toBe('records/2027/03/01/12/change_JKJa.json');
});

test('one that is there is left as it is', async () => {
  s3.on(PutObjectCommand).rejects(refusedWith(412));
  await archive.write(record);
  expect(puts()).toHaveLength(1);
});

test('where another write of it is under way, it is asked for again, three times in all', async () => {
  s3.on(PutObjectCommand).rejectsOnce(refusedWith(409)).rejectsOnce(refusedWith(412));
  await archive.write(record);
  expect(puts()).toHaveLength(2);
  s3.reset();
  s3.on(PutObjectCommand).rejects(refusedWith(409));
  await expect(archive.write(record)).rejects.toThrow('no');
  expect(puts()).toHaveLength(3);
});

test('a refusal of another kind is an error', async () => {
  s3.on(PutObjectCommand).rejects(refusedWith(403));
  await expect(archive.write(record)).rejects.toThrow('no');
});

test('lists over pages, and an object that is gone reads as none', async () => {
  const LastModified = new Date('2027-03-01T12:30:00.000Z');
  s3.on(ListObjectsV2Command, { ContinuationToken: 'next' }).resolves({
    Contents: [{ Key: 'records/b', LastModified }],
  });
  s3.on(ListObjectsV2Command, {
    Prefix: 'records/',
    StartAfter: 'records/2027',
    ContinuationToken: undefined,
  }).resolves({
    Contents: [{ Key: 'records/a', LastModified }],
    IsTruncated: true,
    NextContinuationToken: 'next',
  });
  const found: object[] = [];
  for await (const object of archive.list('records/', 'records/2027')) found.push(object);
  expect(found).toEqual(['a', 'b'].map((name) => ({ key: `records/${name}`, storedAt: LastModified.toISOString() })));
  s3.on(GetObjectCommand).rejects(new NoSuchKey({ message: 'gone', $metadata: {} }));
  expect(await archive.read('records/a')).toBeUndefined();
});
