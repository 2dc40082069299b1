import type { ExecutionInput } from '../../../functions/contract/execution.ts';
import type { Decision } from '../../../functions/domain/decision/decision.ts';
import type { Job, JobProgress } from '../../../functions/domain/job/job.ts';
import type {
  DecisionStore,
  ExecutionStarter,
  ExecutionStopper,
  JobStore,
  ResultLinks,
} from '../../../functions/ports.ts';
import { late } from './late.ts';
import { unexpected } from './recorded.ts';

/** Jobs, decisions and executions as the management API has them; the lists that are given take what is new. */
export function fakeAgents({ jobs, decisions }: { jobs: Job[]; decisions: Decision[] }) {
  const progress = new Map<string, JobProgress>();
  const started = new Map<string, ExecutionInput>();
  const stopped: string[] = [];
  const causes: string[] = [];
  const executions: ExecutionStarter = late({
    async start(name, input) {
      started.set(name, input);
      return `arn:aws:states:eu-central-1:000000000000:execution:sessions:${name}`;
    },
  });
  const stopper: ExecutionStopper = late({
    async stop(name, cause) {
      stopped.push(name);
      causes.push(cause);
      return started.has(name) || jobs.some(({ id, executionArn }) => id === name && executionArn !== undefined);
    },
  });
  const links: ResultLinks = late({
    link: async (key, seconds) => `https://bucket.example.com/${key}?seconds=${seconds}`,
  });
  return {
    progress,
    started,
    stopped,
    causes,
    ports: { jobs: fakeJobStore(jobs, progress), decisions: fakeDecisions(decisions), executions, stopper, links },
  };
}

function fakeJobStore(jobs: Job[], progress: Map<string, JobProgress>): JobStore {
  const get = async (id: string) => jobs.find((job) => job.id === id);
  return late<JobStore>({
    get,
    async createOrGet(job) {
      const stored = await get(job.id);
      if (!stored) jobs.push(job);
      return stored ?? job;
    },
    createWithAlert: () => unexpected('createWithAlert'),
    list: async (ids) => jobs.filter(({ id }) => ids.includes(id)),
    async markStarted(id, executionArn, startedAt) {
      const at = jobs.findIndex((job) => job.id === id);
      const job = jobs[at] ?? unexpected('markStarted');
      jobs[at] = { ...job, executionArn, startedAt };
    },
    recordSession: () => unexpected('recordSession'),
    markPrompted: () => unexpected('markPrompted'),
    recordVerification: () => unexpected('recordVerification'),
    async finish(id, collected, finishedAt) {
      const at = jobs.findIndex((job) => job.id === id);
      const job = jobs[at] ?? unexpected('finish');
      if (job.finishedAt !== undefined) return false;
      jobs[at] = { ...job, collected, finishedAt };
      return true;
    },
    markCleared: () => unexpected('markCleared'),
    markAudited: () => unexpected('markAudited'),
    recordProgress: () => unexpected('recordProgress'),
    getProgress: async (id) => progress.get(id),
    async *listNewest({ before }) {
      const sortKey = ({ createdAt, id }: { createdAt: string; id: string }) => `${createdAt}#${id}`;
      const newest = jobs.toSorted((a, b) => (sortKey(a) < sortKey(b) ? 1 : -1));
      yield* newest.filter((job) => !before || sortKey(job) < sortKey(before));
    },
  });
}

function fakeDecisions(decisions: Decision[]): DecisionStore {
  return late<DecisionStore>({
    recordedReasons: () => unexpected('recordedReasons'),
    recordRepeats: () => unexpected('recordRepeats'),
    recordFirst: () => unexpected('recordFirst'),
    move: () => unexpected('move'),
    async record(decision) {
      const at = decisions.findIndex(
        ({ alertId, ruleId, reason }) =>
          alertId === decision.alertId && ruleId === decision.ruleId && reason === decision.reason,
      );
      const stored = decisions[at];
      const { reason } = decision;
      if (stored?.lastDeliveryId === decision.lastDeliveryId) return { reason, counted: false };
      if (stored) decisions[at] = { ...stored, ...decision, count: stored.count + 1 };
      else decisions.push({ ...decision, count: 1, firstAt: decision.lastAt });
      return { reason, counted: true };
    },
    listByAlert: async (id) => decisions.filter(({ alertId }) => alertId === id),
  });
}
