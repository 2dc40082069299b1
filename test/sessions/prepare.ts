import type { TaskInput } from '../../functions/contract/execution.ts';
import type { Budgets, JobStore, RepositoryGuards, ResultStore, SessionServer } from '../../functions/ports.ts';
import { collectResult } from '../../functions/sessions/collect-result.ts';
import { fakeClock } from '../support/fakes/clock.ts';
import { fakeGuards } from '../support/fakes/guards.ts';
import { fakePasswords, fakeScanner } from '../support/fakes/passwords.ts';
import { unexpected } from '../support/fakes/recorded.ts';
import {
  executionArn,
  fitting,
  sampleAnswer,
  sampleExecution,
  sampleJob,
  sampleRef,
  sampleSession,
} from '../support/fakes/samples.ts';
import { fakeServer } from '../support/fakes/server.ts';
import { fakeJobs, fakeLog, fakeResults } from '../support/fakes/stores.ts';

/** A session that answered and changed nothing. */
const answeredOnly: Partial<SessionServer> = {
  turnDiff: async () => [],
  workingTreeDiff: async () => [],
  changedPaths: async () => [],
  auditPatch: async () => fitting,
  messages: async () => [sampleAnswer()],
  session: async () => sampleSession(),
  descendants: async () => [],
  disposeInstance: async () => {},
  removeWorktree: async () => {},
};

const screening = { passwords: fakePasswords, scanner: fakeScanner };

/** `run` collects a completed session of three polls unless told otherwise. */
export function prepareCollecting(
  methods: Partial<SessionServer>,
  stores: {
    jobs?: JobStore;
    results?: ResultStore;
    budgets?: Pick<Budgets, 'spend'>;
    guards?: RepositoryGuards;
  } = {},
) {
  const { servers, calls } = fakeServer({ ...answeredOnly, ...methods });
  const jobs = stores.jobs ?? fakeJobs(sampleJob());
  const results = fakeResults();
  const log = fakeLog();
  const budgets = stores.budgets ?? { spend: () => unexpected('spend') };
  const guards = stores.guards ?? fakeGuards().store;
  const kept = { jobs, results: stores.results ?? results, budgets, guards };
  const deps = { servers, ...kept, clock: fakeClock(), log, ...screening };
  const run = (input: Partial<TaskInput<'collectResult'>> = {}) =>
    collectResult(deps, {
      execution: sampleExecution(),
      executionArn,
      session: sampleRef(),
      ending: { outcome: 'completed', cause: 'The agent finished.' },
      polls: 3,
      ...input,
    });
  return { run, calls, results, jobs, log };
}
