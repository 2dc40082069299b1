import { sessionRecordOf } from '../domain/audit/session-record.ts';
import { errorNameOf } from '../domain/task/errors.ts';
import type { AuditRecords, Clock, JobStore, Log } from '../ports.ts';

export interface RecordSessionDeps {
  jobs: Pick<JobStore, 'get' | 'markAudited'>;
  records: AuditRecords;
  clock: Pick<Clock, 'now'>;
}

/** Writes the audit record of a job that has ended, once, and notes that it is written. Idempotent. */
export async function recordSession({ jobs, records, clock }: RecordSessionDeps, jobId: string): Promise<void> {
  const job = await jobs.get(jobId);
  const record = job && sessionRecordOf(job);
  if (!record) return;
  await records.write(record);
  await jobs.markAudited(jobId, clock.now().toISOString());
}

/**
 * The same store, which writes the record of each job that it finishes. An outcome does not wait for a bucket: what is
 * not written here the sweep finds and writes, for the job stays in the list of those that are ending until then.
 */
export const recordingEnds = <Jobs extends RecordSessionDeps['jobs'] & Pick<JobStore, 'finish'>>(
  jobs: Jobs,
  { log, ...deps }: Omit<RecordSessionDeps, 'jobs'> & { log: Log },
): Jobs => ({
  ...jobs,
  async finish(...end: Parameters<JobStore['finish']>) {
    const isFirst = await jobs.finish(...end);
    const [jobId] = end;
    if (isFirst) {
      await recordSession({ jobs, ...deps }, jobId).catch((error: unknown) => {
        log.warn('Audit record not written', { jobId, error: errorNameOf(error) });
      });
    }
    return isFirst;
  },
});
