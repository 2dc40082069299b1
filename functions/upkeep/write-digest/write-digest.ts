import {
  type AuditDigest,
  auditText,
  digestEndOf,
  digestKeyOf,
  digestPrefix,
  hourOf,
  recordPrefix,
} from '../../contract/audit-records.ts';
import { forEachConcurrently } from '../../domain/task/concurrency.ts';
import { sha256 } from '../../domain/text/digest.ts';
import type { AuditArchive, Clock, StoredObject } from '../../ports.ts';

interface WriteDigestDeps {
  archive: AuditArchive;
  retentionDays: number;
  clock: Pick<Clock, 'now'>;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** S3 dates an object by the beginning of its write, so that what began before the hour may come after it. */
const SETTLE_MS = 5 * 60_000;
/**
 * A record stands under the hour of its event, and may be written later: the sweep tries for a week to have a server
 * cleared, and as long for its record.
 */
const LATE_DAYS = 8;
/** Digests of so many days are one page of a list. */
const DIGEST_DAYS = 40;
const AT_ONCE = 10;

/**
 * Lists what the bucket has taken since the last digest, with hashes and the hash of that one, up to the last full
 * hour. Idempotent: of an hour there is one digest. An hour without a record has one too, or the end of the chain could
 * be cut off.
 */
export async function writeDigest({ archive, retentionDays, clock }: WriteDigestDeps): Promise<{
  status: 'written' | 'there' | 'too_early';
  records?: number;
  key?: string;
  sha256?: string;
}> {
  const to = `${hourOf(new Date(clock.now().getTime() - SETTLE_MS).toISOString())}:00:00.000Z`;
  const previous = await lastDigest(archive, to);
  if (previous?.key === digestKeyOf(to)) return { status: 'there' };
  const from = previous?.to ?? new Date(Date.parse(to) - LATE_DAYS * DAY_MS).toISOString();
  if (from >= to) return { status: 'too_early' };
  const taken = await takenBetween(archive, from, to);
  const digest: AuditDigest = {
    ...{ version: 1, from, to, retentionDays },
    previous: previous ? { key: previous.key, sha256: previous.sha256 } : null,
    records: await hashesOf(archive, taken),
  };
  const isWritten = await archive.writeDigest(digest);
  const told = { key: digestKeyOf(to), sha256: sha256(auditText(digest)), records: digest.records.length };
  return isWritten ? { status: 'written', ...told } : { status: 'there' };
}

interface LastDigest {
  key: string;
  sha256: string;
  to: string;
}

/** The newest one, by its name: what stands in it may have been changed, which is for a verification to find. */
async function lastDigest(archive: AuditArchive, to: string): Promise<LastDigest | undefined> {
  const recently = digestKeyOf(new Date(Date.parse(to) - DIGEST_DAYS * DAY_MS).toISOString());
  const key = (await lastKey(archive, recently)) ?? (await lastKey(archive, undefined));
  const text = key === undefined ? undefined : await archive.read(key);
  if (key === undefined || text === undefined) return undefined;
  return { key, sha256: sha256(text), to: digestEndOf(key) };
}

async function lastKey(archive: AuditArchive, after: string | undefined): Promise<string | undefined> {
  let last: string | undefined;
  for await (const { key } of archive.list(digestPrefix, after)) last = key;
  return last;
}

async function takenBetween(archive: AuditArchive, from: string, to: string): Promise<StoredObject[]> {
  const earliest = `${recordPrefix}${new Date(Date.parse(from) - LATE_DAYS * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '/')}`;
  const taken: StoredObject[] = [];
  for await (const object of archive.list(recordPrefix, earliest)) {
    if (object.storedAt >= from && object.storedAt < to) taken.push(object);
  }
  return taken;
}

/** In the order of the keys. One that is gone by now was taken away before it was ever listed. */
async function hashesOf(archive: AuditArchive, taken: StoredObject[]): Promise<AuditDigest['records']> {
  const found = new Map<string, AuditDigest['records'][number]>();
  await forEachConcurrently(taken, AT_ONCE, async ({ key }) => {
    const text = await archive.read(key);
    if (text !== undefined) found.set(key, { key, sha256: sha256(text), bytes: Buffer.byteLength(text) });
  });
  return taken.flatMap(({ key }) => found.get(key) ?? []);
}
