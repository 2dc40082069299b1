import type { SessionRecord } from '../../contract/audit-records.ts';
import type { Job } from '../job/job.ts';
import { sha256 } from '../text/digest.ts';

/** Of a job that has ended: the same of the same job, whoever writes it. Undefined while it is open. */
export function sessionRecordOf(job: Job): SessionRecord | undefined {
  const { input, collected, finishedAt } = job;
  if (!collected || finishedAt === undefined) return undefined;
  const { alert, session, why } = input;
  return {
    version: 1,
    kind: 'session',
    jobId: job.id,
    executionArn: job.executionArn ?? null,
    startedBy: input.startedBy,
    alert: {
      id: alert.id,
      severity: alert.severity,
      startsAt: alert.startsAt,
      titleSha256: sha256(alert.title),
      sourceSha256: sha256(alert.source),
      fingerprintSha256: sha256(alert.fingerprint),
    },
    relay: input.relay,
    rule: input.rule,
    why: { reason: why.reason, sentenceSha256: sha256(why.sentence) },
    ...(input.storm && { storm: input.storm }),
    ...(input.catalogue && { catalogue: input.catalogue }),
    prompt: input.prompt,
    server: {
      integrationId: session.integrationId,
      endpoint: session.endpoint,
      version: collected.session?.serverVersion ?? job.session?.serverVersion ?? null,
      model: session.model,
      agent: session.agent,
      directory: session.directory,
      workspace: session.workspace,
      permissions: session.permissions,
    },
    session: sessionOf(job),
    times: {
      created: job.createdAt,
      started: job.startedAt ?? null,
      prompted: job.promptedAt ?? null,
      finished: finishedAt,
    },
    outcome: collected.outcome,
    causeSha256: sha256(collected.cause),
    polls: collected.polls,
    tokens: collected.tokens,
    costUsd: collected.costUsd,
    result: collected.result,
    ...(collected.checks && {
      checks: collected.checks.map(({ name, verdict, exitCode }) => ({ name, verdict, exitCode })),
    }),
  };
}

function sessionOf({ session }: Job): SessionRecord['session'] {
  if (!session) return null;
  const { id, url, directory, baseCommit } = session;
  return { id, url, directory, baseCommit };
}
