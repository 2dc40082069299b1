import { beforeEach, describe, expect, test } from 'vitest';
import { auditDigestSchema } from '../../../functions/contract/audit-records.ts';
import { sha256 } from '../../../functions/domain/text/digest.ts';
import { writeDigest } from '../../../functions/upkeep/write-digest/write-digest.ts';
import { type Trouble, verify } from '../../../infra/commands/audit/verify.ts';
import { FakeAuditBucket } from '../../support/fakes/audit-bucket.ts';

const at = (time: string, day = '01') => `2027-03-${day}T${time}.000Z`;
const recordKey = (hour: string, name: string) => `records/2027/03/01/${hour}/${name}.json`;
const digestKey = (hour: string) => `digests/2027-03-01T${hour}.json`;

describe('the chain of digests', () => {
  let bucket: FakeAuditBucket;
  const write = (now: string) => {
    const clock = { now: () => new Date(now) };
    return writeDigest({ archive: bucket.archive(clock.now), retentionDays: 400, clock });
  };
  const digest = (hour: string) =>
    auditDigestSchema.parse(JSON.parse(bucket.objects.get(digestKey(hour))?.text ?? expect.fail()));
  const check = (now = at('15:20:00')) => verify(bucket.reader(), new Date(at('10:00:00')), new Date(now));

  /** Three hours with two records, one of which came late. */
  beforeEach(async () => {
    bucket = new FakeAuditBucket();
    bucket.put(recordKey('12', 'job_1'), '{"a":1}', at('12:30:00'));
    await write(at('13:10:00'));
    await write(at('14:10:00'));
    bucket.put(recordKey('12', 'job_2'), '{"b":22}', at('14:30:00'));
    await write(at('15:10:00'));
  });

  test('lists of an hour what the bucket has taken in it, with hashes, and the hash of the digest before', () => {
    expect(digest('13')).toMatchObject({
      to: at('13:00:00'),
      previous: null,
      records: [{ key: recordKey('12', 'job_1'), sha256: sha256('{"a":1}'), bytes: 7 }],
    });
    expect(digest('14')).toMatchObject({ from: at('13:00:00'), to: at('14:00:00'), records: [] });
    const before = bucket.objects.get(digestKey('14'))?.text ?? '';
    expect(digest('15')).toMatchObject({
      previous: { key: digestKey('14'), sha256: sha256(before) },
      records: [{ key: recordKey('12', 'job_2') }],
    });
  });

  test('has one digest of an hour, however often it is asked for, and none before its writes have settled', async () => {
    expect(await write(at('15:59:00'))).toEqual({ status: 'there' });
    expect(await write(at('16:04:00'))).toEqual({ status: 'there' });
    expect(await write(at('16:05:00'))).toMatchObject({ status: 'written', key: digestKey('16'), records: 0 });
    const [first, second] = await Promise.all([write(at('17:10:00')), write(at('17:10:00'))]);
    expect([first?.status, second?.status].sort()).toEqual(['there', 'written']);
  });

  test('goes on after hours in which none was written, without a gap', async () => {
    bucket.put(recordKey('16', 'job_3'), '{}', at('16:00:01'));
    await write(at('19:10:00'));
    expect(digest('19')).toMatchObject({ from: at('15:00:00'), records: [{ key: recordKey('16', 'job_3') }] });
  });

  test('fits, and says what vouches for it', async () => {
    bucket.put(recordKey('15', 'job_3'), '{}', at('15:01:00'));
    const newest = { key: digestKey('15'), sha256: sha256(bucket.objects.get(digestKey('15'))?.text ?? '') };
    expect(await check()).toEqual({ troubles: [], digests: 3, records: 2, unlisted: 1, newest });
  });

  test('is read once, with one digest from before the asked time', async () => {
    const reader = bucket.reader();
    const read: string[] = [];
    const note = (key: string) => {
      read.push(key);
      return reader.read(key);
    };
    await verify({ ...reader, read: note }, new Date(at('14:30:00')), new Date(at('15:20:00')));
    const digests = read.filter((key) => key.startsWith('digests/'));
    expect(digests).toEqual(['14', '15', '13'].map(digestKey));
    expect(new Set(read).size).toBe(read.length);
  });

  const put = (key: string, storedAt: string) => () => bucket.put(key, '{"forged":true}', storedAt);
  const remove = (key: string) => () => void bucket.objects.delete(key);
  const forged: [what: string, forge: () => void, found: [Trouble['kind'], string][]][] = [
    ['a changed record', put(recordKey('12', 'job_1'), at('14:59:00')), [['changed', recordKey('12', 'job_1')]]],
    ['a missing record', remove(recordKey('12', 'job_2')), [['missing', recordKey('12', 'job_2')]]],
    ['an added record', put(recordKey('13', 'job_9'), at('13:30:00')), [['added', recordKey('13', 'job_9')]]],
    ['a changed digest', put(digestKey('14'), at('14:10:00')), [['digest_changed', digestKey('14')]]],
    ['a missing digest', remove(digestKey('14')), [['digest_missing', digestKey('14')]]],
    [
      'an added digest',
      () => {
        const text = JSON.stringify({ ...digest('14'), to: at('14:00:00') });
        bucket.put('digests/2027-03-01T14.5.json', text, at('14:30:00'));
      },
      [
        ['digest_changed', 'digests/2027-03-01T14.5.json'],
        ['digest_added', 'digests/2027-03-01T14.5.json'],
      ],
    ],
  ];
  test.each(forged)('%s is found', async (_, forge, found) => {
    forge();
    const { troubles } = await check();
    expect(troubles.map(({ kind, key }) => [kind, key])).toEqual(found);
  });

  test('an end that is cut off is found by the time that it is late', async () => {
    expect((await check(at('17:14:00'))).troubles).toEqual([]);
    bucket.objects.delete(digestKey('15'));
    expect((await check(at('16:20:00'))).troubles).toMatchObject([{ kind: 'digest_late', key: digestKey('14') }]);
    expect((await verify(new FakeAuditBucket().reader(), new Date(0), new Date())).troubles).toEqual([
      { kind: 'digest_late', key: 'digests/' },
    ]);
  });

  test('what the bucket has let go of in its time is not missed', async () => {
    bucket.objects.delete(recordKey('12', 'job_1'));
    bucket.objects.delete(digestKey('13'));
    const later = new Date(Date.parse(at('15:00:00')) + 400 * 86_400_000);
    const { troubles } = await verify(bucket.reader(), new Date(at('13:30:00')), later);
    expect(troubles.map(({ kind }) => kind)).toEqual(['digest_late']);
  });
});
