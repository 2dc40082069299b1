import type { SessionFinished } from '../../../functions/contract/events.ts';
import type { Job } from '../../../functions/domain/job/job.ts';
import type { JobStore, Log, OutcomePublisher, ResultStore } from '../../../functions/ports.ts';
import { late } from './late.ts';
import { unexpected } from './recorded.ts';

/** The jobs that the test gives, under the rules of the port. */
export function fakeJobs(...stored: Job[]): JobStore {
  const jobs = new Map(stored.map((job) => [job.id, job]));
  const change = async (id: string, attributes: Partial<Job>): Promise<boolean> => {
    const job = jobs.get(id);
    if (!job || job.finishedAt !== undefined) return false;
    jobs.set(id, { ...job, ...attributes });
    return true;
  };
  return late<JobStore>({
    createOrGet: () => unexpected('createOrGet'),
    createWithAlert: () => unexpected('createWithAlert'),
    list: () => unexpected('list'),
    listNewest: () => unexpected('listNewest'),
    getProgress: () => unexpected('getProgress'),
    recordProgress: async () => {},
    markStarted: () => unexpected('markStarted'),
    get: async (id) => jobs.get(id),
    recordSession: async (id, session) => change(id, { session }),
    markPrompted: async (id, promptedAt) => change(id, { promptedAt }),
    recordVerification: async (id, step) => change(id, step),
    finish: async (id, collected, finishedAt, worktreeLeft = false) =>
      change(id, { collected, finishedAt, ...(worktreeLeft && { worktreeLeft }) }),
    async markCleared(id, clearedAt) {
      const job = jobs.get(id);
      if (job?.finishedAt !== undefined) jobs.set(id, { ...job, clearedAt });
    },
    async markAudited(id, auditedAt) {
      const job = jobs.get(id);
      if (job?.finishedAt !== undefined) jobs.set(id, { ...job, auditedAt });
    },
  });
}

type Artefacts = Parameters<ResultStore['write']>[1];
/** As they lie in the bucket. */
type Written = Omit<Artefacts, 'patch'> & { patch: string | null };

/** A bucket; `written` holds the artefacts of the last job. */
export function fakeResults(): ResultStore & { written: Written[] } {
  const written: Written[] = [];
  return late({
    written,
    async write(jobId: string, artefacts: Artefacts) {
      written.push({ ...artefacts, patch: artefacts.patch && [...artefacts.patch.texts].join('') });
      return {
        bucket: 'results',
        patch: artefacts.patch === null ? null : `${jobId}/patch.diff`,
        answer: artefacts.answer === null ? null : `${jobId}/answer.md`,
        manifest: `${jobId}/manifest.json`,
      };
    },
    async amend(_: string, fields: Record<string, unknown>) {
      const last = written.at(-1) ?? unexpected('amend');
      written.push({ ...last, manifest: { ...last.manifest, ...fields } });
    },
  });
}

export function fakePublisher(): OutcomePublisher & { published: SessionFinished[] } {
  const published: SessionFinished[] = [];
  return late({
    published,
    publish: async (event: SessionFinished) => {
      published.push(event);
    },
  });
}

/** Notes warnings as `message: error`. */
export function fakeLog(): Log & { warnings: string[] } {
  const warnings: string[] = [];
  const said = (message: string, guard: string | undefined) =>
    guard === undefined ? message : `${message} [${guard} open]`;
  return {
    warnings,
    warn: (message, { guard, error = '' }) => void warnings.push(`${said(message, guard)}: ${error}`),
  };
}
