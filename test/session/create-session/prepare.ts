import type { PauseSwitch } from '../../../functions/domain/decision/pause-switch.ts';
import type { JobStore, SessionServer } from '../../../functions/ports.ts';
import { createSession } from '../../../functions/session/create-session/create-session.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { fakeGuards, gitFolder } from '../../support/fakes/guards.ts';
import { baseCommit, jobId, sampleExecution, sampleJob, sampleSession } from '../../support/fakes/samples.ts';
import { type FakeServer, fakeServer, recognised } from '../../support/fakes/server.ts';
import { fakeSlots } from '../../support/fakes/slots.ts';
import { fakeJobs, fakeLog } from '../../support/fakes/stores.ts';

const executionArn = `arn:aws:states:eu-central-1:000000000000:execution:sessions:${jobId}`;
export const title = `Checkout error rate above 5 % [${jobId}]`;

/** A server where nothing of the job exists yet. */
const fresh: FakeServer = {
  recognise: async () => recognised,
  resolveDirectory: async (directory) => directory ?? '/srv/work/default',
  models: async () => [{ providerID: 'stub', modelIDs: ['stub-1', 'stub-2'] }],
  agents: async () => ['build', 'plan'],
  listWorktrees: async () => [],
  createWorktree: async (_, name) => `/srv/data/worktree/3dbb5e18/${name}`,
  isCheckedOut: async () => true,
  findSession: async () => undefined,
  createSession: async ({ directory }) => sampleSession({ directory, title }),
  headCommit: async () => baseCommit,
  gitFolder: async () => gitFolder(),
};
/** For tests in which the worktree is given back. */
export const releasing: Partial<SessionServer> = { disposeInstance: async () => {}, removeWorktree: async () => {} };

export function prepareCreating(
  methods: FakeServer,
  jobs: Pick<JobStore, 'recordSession' | 'get' | 'recordProgress' | 'markStarted'> = fakeJobs(sampleJob()),
  pauseSwitch?: PauseSwitch,
  guards = fakeGuards(),
) {
  const { servers, calls } = fakeServer({ ...fresh, ...methods });
  const clock = fakeClock();
  const log = fakeLog();
  const slots = fakeSlots();
  const stores = { slots: slots.store, guards: guards.store, switch: { read: async () => pauseSwitch } };
  const deps = { servers, jobs, clock, log, ...stores };
  const run = (execution = sampleExecution(), startedAt = '2027-03-01T12:00:00.000Z') =>
    createSession(deps, { execution, executionArn, startedAt });
  return { run, calls, clock, log, slots, guards };
}
