import { createHash } from 'node:crypto';
import {
  type AuditDigest,
  auditDigestSchema,
  digestEndOf,
  digestKeyOf,
  digestPrefix,
  hourOf,
  recordPrefix,
} from '../../../functions/contract/audit-records.ts';
import { parseJson } from '../json.ts';
import { type AuditBucketReader, readAll } from './bucket.ts';

/** What is wrong with an object of the bucket. */
export interface Trouble {
  kind: 'changed' | 'missing' | 'added' | 'digest_changed' | 'digest_missing' | 'digest_added' | 'digest_late';
  key: string;
}

export interface Verification {
  troubles: Trouble[];
  digests: number;
  records: number;
  /** Of this hour, which no digest lists yet. */
  unlisted: number;
  /** Vouches for all before it; to be kept elsewhere. */
  newest: { key: string; sha256: string } | undefined;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** An hour's digest is written in the hour after it. */
const LATE_MS = 2.25 * HOUR_MS;

interface Chain {
  /** By their keys, newest last; those that can be read. */
  digests: Map<string, AuditDigest>;
  troubles: Trouble[];
  newest: Verification['newest'];
}

/** Compares what is in the bucket since an instant with its digests, and each digest with the one after it. */
export async function verify(bucket: AuditBucketReader, since: Date, now: Date): Promise<Verification> {
  const chain = await readChain(bucket, since, now);
  const listed = [...chain.digests.values()].flatMap((digest) =>
    digest.records.map((record) => ({ ...record, digest })),
  );
  const keys = new Set(listed.map(({ key }) => key));
  const to = [...chain.digests.values()].at(-1)?.to ?? '';
  const others = (await bucket.list(recordPrefix, recordsFrom(since))).filter(({ key }) => !keys.has(key));
  const added = others.filter(({ storedAt }) => storedAt < to).map(({ key }): Trouble => ({ kind: 'added', key }));
  const troubles = [...chain.troubles, ...(await compare(bucket, listed, now)), ...added];
  return {
    // What is listed twice is found twice.
    troubles: [...new Map(troubles.map((trouble) => [`${trouble.kind} ${trouble.key}`, trouble])).values()],
    digests: chain.digests.size,
    records: keys.size,
    unlisted: others.length - added.length,
    newest: chain.newest,
  };
}

type ListedRecord = AuditDigest['records'][number] & { digest: AuditDigest };

/** Reads what the digests list, and compares the hashes. */
async function compare(bucket: AuditBucketReader, listed: ListedRecord[], now: Date): Promise<Trouble[]> {
  const troubles: Trouble[] = [];
  for await (const [record, text] of readAll(bucket, listed)) troubles.push(...differenceOf(record, text, now));
  return troubles;
}

function differenceOf(record: ListedRecord, text: string | undefined, now: Date): Trouble[] {
  const { key, digest } = record;
  if (text === undefined) return isExpired(digest, now) ? [] : [{ kind: 'missing', key }];
  return sha256(text) === record.sha256 ? [] : [{ kind: 'changed', key }];
}

/** Records of the hour of `since` and later. */
export const recordsFrom = (since: Date): string =>
  `${recordPrefix}${hourOf(since.toISOString()).replaceAll(/[-T]/g, '/')}`;

/** What was read under the key of a digest; without `digest` it is none. */
type Found = Map<string, { digest: AuditDigest | undefined; sha256: string }>;

/** From the newest back: each digest names the one before it with its hash. */
async function readChain(bucket: AuditBucketReader, since: Date, now: Date): Promise<Chain> {
  // Just before the key of that hour's digest, which is the first of the list.
  const listed = await bucket.list(digestPrefix, `${digestPrefix}${hourOf(since.toISOString())}`);
  const keys = listed.map(({ key }) => key);
  const found: Found = new Map();
  for await (const [{ key }, text = ''] of readAll(bucket, listed)) {
    const parsed = auditDigestSchema.safeParse(parseJson(text));
    const digest = parsed.success && digestKeyOf(parsed.data.to) === key ? parsed.data : undefined;
    found.set(key, { digest, sha256: sha256(text) });
  }
  const troubles = [...found].flatMap(([key, { digest }]): Trouble[] =>
    digest ? [] : [{ kind: 'digest_changed', key }],
  );
  for (const [index, key] of keys.entries()) {
    const digest = found.get(key)?.digest;
    if (digest) troubles.push(...(await brokenLink(bucket, { digest, found, before: keys[index - 1], now })));
  }
  const newest = keys.at(-1);
  if (newest === undefined || now.getTime() - endOf(newest) > LATE_MS) {
    troubles.push({ kind: 'digest_late', key: newest ?? digestPrefix });
  }
  return {
    digests: new Map([...found].flatMap(([key, { digest }]) => (digest ? [[key, digest]] : []))),
    troubles,
    newest: newest === undefined ? undefined : { key: newest, sha256: found.get(newest)?.sha256 ?? '' },
  };
}

/** Whether the digest before is the one that this one names. `before`: its neighbour in the bucket. */
async function brokenLink(
  bucket: AuditBucketReader,
  { digest, found, before, now }: { digest: AuditDigest; found: Found; before: string | undefined; now: Date },
): Promise<Trouble[]> {
  const { previous } = digest;
  const stranger: Trouble[] =
    before !== undefined && before > (previous?.key ?? '') ? [{ kind: 'digest_added', key: before }] : [];
  if (!previous) return stranger;
  const hash = found.get(previous.key)?.sha256 ?? (await hashOf(bucket, previous.key));
  if (hash === undefined) {
    const isGone = now.getTime() >= endOf(previous.key) + digest.retentionDays * DAY_MS;
    return isGone ? stranger : [...stranger, { kind: 'digest_missing', key: previous.key }];
  }
  return hash === previous.sha256 ? stranger : [...stranger, { kind: 'digest_changed', key: previous.key }];
}

/** Of what was not read with the others: a digest from before the asked time, and one that is gone. */
async function hashOf(bucket: AuditBucketReader, key: string): Promise<string | undefined> {
  const text = await bucket.read(key);
  return text === undefined ? undefined : sha256(text);
}

/** Epoch milliseconds. */
const endOf = (key: string): number => Date.parse(digestEndOf(key));

const isExpired = ({ from, retentionDays }: AuditDigest, now: Date): boolean =>
  now.getTime() >= Date.parse(from) + retentionDays * DAY_MS;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
