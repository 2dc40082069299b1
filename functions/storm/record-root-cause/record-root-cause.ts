import { sessionNotEnded } from '../../contract/error-names.ts';
import type { RootCause, StormTaskInput } from '../../contract/storm.ts';
import { countMembers, type MembersDeps, readMembers } from '../../decisions/count-members.ts';
import type { Job } from '../../domain/job/job.ts';
import { ANSWER_CHARACTERS, byImportance, rootCauseOf } from '../../domain/storm/storm-cause.ts';
import { TaskError } from '../../domain/task/errors.ts';
import type { JobStore, Ledger, ResultReader, StormStore } from '../../ports.ts';

interface RecordRootCauseDeps extends MembersDeps {
  storms: Pick<StormStore, 'get' | 'change' | 'listHeld'>;
  jobs: Pick<JobStore, 'get'>;
  answers: ResultReader;
  ledger: Pick<Ledger, 'moved'>;
}

/**
 * Stores what the session of a storm has found to be the cause of its alerts. Throws SessionNotEnded while the
 * session's outcome is not recorded. Idempotent.
 */
export async function recordRootCause(
  deps: RecordRootCauseDeps,
  { storm: { stormId, rule }, jobId }: StormTaskInput<'recordRootCause'>,
): Promise<RootCause> {
  const storm = await deps.storms.get(stormId);
  const job = await deps.jobs.get(jobId);
  if (!storm || !job) throw new Error(`Storm ${stormId} or its job ${jobId} is unknown`);
  if (!job.collected) throw new TaskError(sessionNotEnded, `Job ${jobId} has no outcome yet.`);
  const members = await readMembers(deps, stormId, rule.id);
  const [first] = byImportance(members);
  const rootCause = rootCauseOf({
    answer: await answerOf(deps, job),
    ending: job.collected.outcome,
    alertIds: new Set([...members.map(({ id }) => id), ...(storm.investigated ?? [])]),
    fallback: job.input.storm?.id === stormId ? job.alertId : (first?.id ?? job.alertId),
  });
  await deps.storms.change(stormId, { rootCause }, ['dispatched']);
  // Also alerts that were being held while triage looked.
  await countMembers(deps, storm, members, 'storm_triaged');
  return rootCause;
}

/** Its beginning: the line that names the cause comes first. */
async function answerOf({ answers }: RecordRootCauseDeps, { collected }: Job): Promise<string | null> {
  const key = collected?.result?.answer;
  return key ? answers.read(key, ANSWER_CHARACTERS) : null;
}
