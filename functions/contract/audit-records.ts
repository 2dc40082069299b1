import * as z from 'zod';
import { severitySchema } from './alert.ts';
import { checkResultSchema } from './checks.ts';
import { executionInputSchema, resultSchema, sessionRefSchema, tokensSchema } from './execution.ts';
import { outcomes } from './outcomes.ts';

/**
 * Records of the audit bucket: one object per session that has ended and per change by the API, written once. They
 * outlive the alert, so that texts of a sender, and what quotes them, stand in them as SHA-256 alone.
 */
const digestText = z.string().regex(/^[0-9a-f]{64}$/);

export const sessionRecordSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('session'),
  jobId: z.string(),
  /** Null where nothing was started. */
  executionArn: z.string().nullable(),
  startedBy: executionInputSchema.shape.startedBy,
  alert: z.strictObject({
    id: z.string(),
    severity: severitySchema,
    startsAt: z.string(),
    titleSha256: digestText,
    sourceSha256: digestText,
    fingerprintSha256: digestText,
  }),
  relay: executionInputSchema.shape.relay,
  rule: executionInputSchema.shape.rule,
  why: z.strictObject({ reason: executionInputSchema.shape.why.shape.reason, sentenceSha256: digestText }),
  storm: executionInputSchema.shape.storm,
  catalogue: executionInputSchema.shape.catalogue,
  prompt: executionInputSchema.shape.prompt,
  server: z.strictObject({
    integrationId: z.string(),
    endpoint: z.string(),
    version: z.string().nullable(),
    model: executionInputSchema.shape.session.shape.model,
    agent: z.string().nullable(),
    directory: z.string().nullable(),
    workspace: z.enum(['worktree', 'shared']),
    permissions: executionInputSchema.shape.session.shape.permissions,
  }),
  session: sessionRefSchema.pick({ id: true, url: true, directory: true, baseCommit: true }).nullable(),
  /** ISO 8601; null where it did not come to that. */
  times: z.strictObject({
    created: z.string(),
    started: z.string().nullable(),
    prompted: z.string().nullable(),
    finished: z.string(),
  }),
  outcome: z.enum(outcomes),
  causeSha256: digestText,
  polls: z.number().int(),
  tokens: tokensSchema.nullable(),
  costUsd: z.number().nullable(),
  result: resultSchema.nullable(),
  /** Of a rule with checks: what each said of the patch. */
  checks: z.array(checkResultSchema.pick({ name: true, verdict: true, exitCode: true })).optional(),
});
export type SessionRecord = z.infer<typeof sessionRecordSchema>;

/** `interrupted`: the request was at work, and did not come to say what it had changed. */
const changeOutcomes = ['done', 'failed', 'interrupted'] as const;

export const changeRecordSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('change'),
  requestId: z.string(),
  at: z.string(),
  /** Name of the token. */
  who: z.string(),
  /** Name of the operation in the API. */
  what: z.string(),
  outcome: z.enum(changeOutcomes),
  /** Digests of the stored JSON; null where there was, or is, nothing, and where none may be told. */
  targets: z.array(
    z.strictObject({ kind: z.string(), id: z.string(), before: z.string().nullable(), after: z.string().nullable() }),
  ),
});
export type ChangeRecord = z.infer<typeof changeRecordSchema>;

export type AuditRecord = SessionRecord | ChangeRecord;

export const auditDigestSchema = z.strictObject({
  version: z.literal(1),
  /** Covers what S3 took from `from` on and before `to`; both ISO 8601. */
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  /** After so many days the bucket lets go of what is in it. */
  retentionDays: z.number().int(),
  /** The digest before this one; null in the first. */
  previous: z.strictObject({ key: z.string(), sha256: digestText }).nullable(),
  records: z.array(z.strictObject({ key: z.string(), sha256: digestText, bytes: z.number().int() })),
});
export type AuditDigest = z.infer<typeof auditDigestSchema>;

export const recordPrefix = 'records/';
export const digestPrefix = 'digests/';

/** In the order of time: by the hour in which a session ended, or a change was made. */
export function recordKeyOf(record: AuditRecord): string {
  const [at, name] =
    record.kind === 'session'
      ? [record.times.finished, record.jobId]
      : [record.at, `change_${plain(record.requestId)}`];
  return `${recordPrefix}${hourOf(at).replaceAll(/[-T]/g, '/')}/${name}.json`;
}

/** By the hour that the digest ends before. */
export const digestKeyOf = (to: string): string => `${digestPrefix}${hourOf(to)}.json`;

/** The way back: the instant in ISO 8601 that the digest under a key ends before. */
export const digestEndOf = (key: string): string => `${key.slice(digestPrefix.length, -'.json'.length)}:00:00.000Z`;

/** `2026-11-30T14` of an instant in UTC. */
export const hourOf = (at: string): string => at.slice(0, '2026-11-30T14'.length);

/** API Gateway's ids end in `=`, which S3 would have escaped. */
const plain = (id: string): string => id.replaceAll(/[^\w-]/g, '');

/** The text of an object: what its digest is taken of. */
export const auditText = (content: AuditRecord | AuditDigest): string => `${JSON.stringify(content, null, 2)}\n`;
