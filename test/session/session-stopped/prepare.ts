import { type StatusChange, statusChangeSchema } from '../../../functions/contract/status-change.ts';
import type { Job } from '../../../functions/domain/job/job.ts';
import { TaskError } from '../../../functions/domain/task/errors.ts';
import type { Budgets, JobStore, OutcomePublisher } from '../../../functions/ports.ts';
import { sessionStopped } from '../../../functions/session/session-stopped/session-stopped.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { fakeGuards } from '../../support/fakes/guards.ts';
import { fakePasswords, fakeScanner } from '../../support/fakes/passwords.ts';
import {
  baseCommit,
  executionArn,
  fitting,
  jobId,
  repository,
  sampleAnswer,
  sampleDiff,
  sampleRef,
  sampleSession,
  worktree,
} from '../../support/fakes/samples.ts';
import { type FakeServer, fakeServer, recognised } from '../../support/fakes/server.ts';
import { fakeLog, fakePublisher, fakeResults } from '../../support/fakes/stores.ts';

export const prompted: Partial<Job> = { session: sampleRef(), promptedAt: '2027-03-01T11:50:00.000Z' };
export const unreachable = new TaskError('ServerUnreachable', 'connection refused');

/** A server that holds the session and a half-done change. */
export const alive: FakeServer = {
  recognise: async () => recognised,
  resolveDirectory: async () => repository,
  listWorktrees: async () => [worktree],
  findSession: async () => sampleSession(),
  abort: async () => {},
  atWork: async () => [],
  turnDiff: async () => [],
  headCommit: async () => baseCommit,
  workingTreeDiff: async () => [sampleDiff('src/pool.ts')],
  auditPatch: async () => fitting,
  messages: async () => [sampleAnswer()],
  session: async () => sampleSession(),
  descendants: async () => [],
  disposeInstance: async () => {},
  removeWorktree: async () => {},
};

export const event = (detail: Partial<StatusChange['detail']> = {}) =>
  statusChangeSchema.parse({
    version: '0',
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    detail: { executionArn, name: jobId, status: 'ABORTED', input: '{"cut', error: null, cause: null, ...detail },
  });

const screening = { guards: fakeGuards().store, passwords: fakePasswords, scanner: fakeScanner };

export function prepare(
  jobs: JobStore,
  methods: FakeServer = alive,
  publish: OutcomePublisher['publish'] | undefined = undefined,
) {
  const { servers, calls } = fakeServer(methods);
  const publisher = { ...fakePublisher(), ...(publish && { publish }) };
  const results = fakeResults();
  const clock = fakeClock();
  const spent: string[] = [];
  const budgets: Pick<Budgets, 'spend'> = { spend: async (...of) => void spent.push(of.join(' ')) };
  const run = (stopped = event()) =>
    sessionStopped(
      {
        servers,
        jobs,
        results,
        budgets,
        clock,
        log: fakeLog(),
        publisher,
        apiUrl: 'https://api.test/v0',
        ...screening,
      },
      stopped,
    );
  return { run, calls, results, clock, spent, published: publisher.published };
}
