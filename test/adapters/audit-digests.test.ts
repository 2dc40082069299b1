import { S3Client } from '@aws-sdk/client-s3';
import { expect, onTestFinished, test } from 'vitest';
import { connectAuditArchive } from '../../functions/adapters/audit-archive.ts';
import { recordKeyOf } from '../../functions/contract/audit-records.ts';
import { changeRecordOf } from '../../functions/domain/audit/change-record.ts';
import { writeDigest } from '../../functions/upkeep/write-digest/write-digest.ts';
import { readBucket } from '../../infra/commands/audit/bucket.ts';
import { verify } from '../../infra/commands/audit/verify.ts';
import { newDirectory, startAws } from '../infra/local/aws/fixture.ts';

/** Longer than an hour and the time in which writes settle. */
const LATER_MS = 70 * 60_000;

test('records that are written once, listed with their hashes and verified, over the protocol of S3', async () => {
  const aws = await startAws({ directory: newDirectory() });
  onTestFinished(aws.close);
  aws.buckets.ensure('audit');
  const client = new S3Client(aws.sdk);
  const archive = connectAuditArchive('audit', client);
  const now = Date.now();
  const change = (requestId: string) =>
    changeRecordOf({ requestId, at: new Date(now).toISOString(), who: 'ada', what: 'pauseStarts' });
  await archive.write(change('r1'));
  await archive.write({ ...change('r1'), who: 'eve' });
  await archive.write(change('r2'));
  expect(JSON.parse((await archive.read(recordKeyOf(change('r1')))) ?? '')).toMatchObject({ who: 'ada' });

  const later = new Date(now + LATER_MS);
  const written = await writeDigest({ archive, retentionDays: 400, clock: { now: () => later } });
  expect(written).toMatchObject({ status: 'written', records: 2 });
  const check = () => verify(readBucket(client, 'audit'), new Date(now), later);
  expect(await check()).toMatchObject({ troubles: [], digests: 1, records: 2, newest: { sha256: written.sha256 } });
  aws.buckets.handle({
    ...{ method: 'PUT', path: `/audit/${recordKeyOf(change('r2'))}`, query: new URLSearchParams() },
    ...{ headers: {}, body: Buffer.from('{}') },
  });
  expect((await check()).troubles).toEqual([{ kind: 'changed', key: recordKeyOf(change('r2')) }]);
});
