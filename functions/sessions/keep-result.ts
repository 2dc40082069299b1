import { randomBytes } from 'node:crypto';
import type { Collected, TaskInput } from '../contract/execution.ts';
import { type Kept, keptOf } from '../domain/job/job.ts';
import { serverOf } from '../domain/job/server-of.ts';
import { TaskError } from '../domain/task/errors.ts';
import type { JobStore, SessionServers } from '../ports.ts';
import { inTellableWords, passwordFilterOf, type ScreenDeps } from './screen.ts';
import { type StoreResultDeps, storeResult } from './store-result.ts';

interface KeepResultDeps extends ScreenDeps, StoreResultDeps {
  servers: SessionServers;
  jobs: Pick<JobStore, 'get' | 'recordVerification'>;
}

/**
 * Stores patch, answer and cost before anything is run on them: what a check leaves behind is no change of the agent's.
 * Done once for each turn of the agent; a repeat finds what is kept.
 */
export async function keepResult(deps: KeepResultDeps, input: TaskInput<'collectResult'>): Promise<Collected> {
  const { execution, session } = input;
  const job = await deps.jobs.get(execution.jobId);
  if (!job || !session) throw new Error(`Job ${execution.jobId} has no session to keep a result of`);
  if (job.collected) return job.collected;
  const known = keptOf(job);
  if (known) return known.collected;
  const filter = await passwordFilterOf(deps, execution);
  const server = deps.servers.connect(serverOf(execution), session.dialect);
  const { collected, keptFor } = await inTellableWords(deps, execution, () =>
    storeResult(deps, input, { session, server, filter }),
  );
  const kept: Kept = {
    round: job.followUp?.round ?? 0,
    checksId: randomBytes(12).toString('hex'),
    at: deps.clock.now().toISOString(),
    keptFor,
    collected,
  };
  if (await deps.jobs.recordVerification(execution.jobId, { kept })) return collected;
  throw new TaskError('SessionLost', 'The execution was stopped while its result was being kept.');
}
