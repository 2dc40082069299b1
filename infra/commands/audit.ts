import {
  type AuditRecord,
  changeRecordSchema,
  recordPrefix,
  sessionRecordSchema,
} from '../../functions/contract/audit-records.ts';
import { UsageError } from '../usage-error.ts';
import { type AuditBucketReader, findAuditBucket, readAll } from './audit/bucket.ts';
import { recordText, timeOf } from './audit/record-text.ts';
import { recordsFrom, type Trouble, type Verification, verify } from './audit/verify.ts';
import { command, lines } from './command.ts';
import { parseJson } from './json.ts';
import { withAwsAdvice } from './token/aws-advice.ts';
import { placeOf, STACK } from './token.ts';

const HOUR_MS = 3_600_000;
const unitMs = { h: HOUR_MS, d: 24 * HOUR_MS };

export const audit = command({
  name: 'audit',
  summary: 'Prints the audit records of sessions and changes, or verifies that none was changed, taken away or added.',
  forms: [
    ['--since SPAN', 'a line for each record, oldest first'],
    ['--since SPAN --verify', 'compares records and digests with their hashes; ends in 1 where one does not fit'],
  ],
  options: {
    since: { type: 'string', default: '24h', value: 'SPAN', help: '2h, 400d, or an instant: 2027-03-01T00:00:00Z' },
    verify: { type: 'boolean', default: false, help: 'verify instead of printing' },
    json: { type: 'boolean', default: false, help: 'the records as they are stored, one on a line' },
    stack: { type: 'string', default: STACK, value: 'NAME', help: 'whose bucket' },
    local: { type: 'boolean', default: false, help: 'the local stack, while it is running' },
    data: { type: 'string', value: 'FOLDER', help: 'with --local: where it keeps its outputs.json (default .local)' },
  },
  notes: 'The bucket is read with your AWS credentials and region: s3:GetObject and s3:ListBucket.',
  maxArguments: 0,
  async run({ values }, world) {
    const since = sinceOf(values.since, world.now);
    const place = placeOf(values);
    return withAwsAdvice(place, async () => {
      const bucket = await findAuditBucket(values.stack, 'data' in place ? place.data : undefined);
      if (!values.verify) return { text: lines(await printed(bucket, since, values.json)), done: true };
      const found = await verify(bucket, since, world.now);
      return { text: lines(verificationText(found)), done: found.troubles.length === 0 };
    });
  },
});

function sinceOf(text: string, now: Date): Date {
  const { amount, unit } = /^(?<amount>[1-9]\d{0,4})(?<unit>[hd])$/.exec(text)?.groups ?? {};
  const at = unit === 'h' || unit === 'd' ? now.getTime() - Number(amount) * unitMs[unit] : Date.parse(text);
  if (Number.isFinite(at) && at < now.getTime()) return new Date(at);
  throw new UsageError(`--since must be a span such as 7d or an instant that is over, not "${text}"`);
}

async function printed(bucket: AuditBucketReader, since: Date, json: boolean): Promise<string[]> {
  const listed = await bucket.list(recordPrefix, recordsFrom(since));
  const records: AuditRecord[] = [];
  for await (const [, text] of readAll(bucket, listed)) records.push(...recordOf(text));
  const wanted = records.filter((record) => timeOf(record) >= since.toISOString());
  wanted.sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1));
  return wanted.map((record) => (json ? JSON.stringify(record) : recordText(record)));
}

/** What is no record, as something that somebody has added, is for a verification to find. */
function recordOf(text: string | undefined): AuditRecord[] {
  const content = parseJson(text ?? '');
  const [session, change] = [sessionRecordSchema.safeParse(content), changeRecordSchema.safeParse(content)];
  if (session.success) return [session.data];
  return change.success ? [change.data] : [];
}

const troubleTexts: Record<Trouble['kind'], string> = {
  changed: 'is not what it was when it was listed',
  missing: 'is listed, and gone',
  added: 'is listed by no digest',
  digest_changed: 'is not what it was when the digest after it was written',
  digest_missing: 'is named by the digest after it, and gone',
  digest_added: 'is named by no digest after it',
  digest_late:
    'is the newest digest, and older than it may be: the function WriteDigest does not run, or later ones are gone',
};

const verificationText = ({ troubles, digests, records, unlisted, newest }: Verification): string[] => [
  `${records} records in ${digests} digests, and ${unlisted} of this hour that no digest lists yet`,
  ...(newest ? [`newest digest: ${newest.key} ${newest.sha256}`] : []),
  ...troubles.map(({ kind, key }) => `${kind.toUpperCase()} ${key} ${troubleTexts[kind]}`),
  troubles.length === 0 ? 'All of it is as it was written.' : `${troubles.length} do not fit.`,
];
