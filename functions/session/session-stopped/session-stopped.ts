import type { Collected, SessionRef } from '../../contract/execution.ts';
import type { Outcome } from '../../contract/outcomes.ts';
import { reportPathOf } from '../../contract/report.ts';
import type { StatusChange } from '../../contract/status-change.ts';
import type { Job } from '../../domain/job/job.ts';
import { serverOf } from '../../domain/job/server-of.ts';
import type { Clock, OutcomePublisher, SessionServer } from '../../ports.ts';
import { abortUntilIdle } from '../../sessions/abort-session.ts';
import { type CollectResultDeps, collectResult } from '../../sessions/collect-result.ts';
import { releaseWorkspace } from '../../sessions/release-workspace.ts';
import { endingOf, publishedByWorkflow } from './event.ts';
import { findUnrecorded } from './find-unrecorded.ts';

interface SessionStoppedDeps extends CollectResultDeps {
  clock: Clock;
  publisher: OutcomePublisher;
  /** Of the management API, with its `/v0`. */
  apiUrl: string;
}

interface Stopped {
  status: 'finished' | 'already_finished' | 'published_again' | 'unknown_job';
  outcome?: Outcome;
}

/**
 * Ends what a stopped execution left behind: aborts its session, keeps what there is of the result, finishes the job
 * and publishes the outcome, at least once: of a job that is finished already, by the workflow or by an interrupted
 * attempt, it is published again unless the execution itself did so.
 */
export async function sessionStopped(deps: SessionStoppedDeps, { detail }: StatusChange): Promise<Stopped> {
  const job = await deps.jobs.get(detail.name);
  if (!job) return { status: 'unknown_job' };
  if (job.collected) return publishAgain(deps, detail, job, job.collected);

  const found = recorded(deps, job) ?? (await findUnrecorded(deps.servers, job.input, deps));
  if (found) await abortUntilIdle(found.server, found.session, job.promptedAt, deps);
  const collected = await collectResult(deps, {
    execution: job.input,
    executionArn: detail.executionArn,
    session: found?.session ?? null,
    ending: endingOf(detail),
    polls: 0,
  });
  await endLatecomers(deps, job, found);
  if (!publishedByWorkflow(detail)) await publish(deps, detail, job, collected);
  return { status: 'finished', outcome: collected.outcome };
}

interface FoundSession {
  /** One for all calls: they share its time. */
  server: SessionServer;
  session: SessionRef;
}

function recorded({ servers }: Pick<SessionStoppedDeps, 'servers'>, { input, session }: Job): FoundSession | undefined {
  return session && { server: servers.connect(serverOf(input), session.dialect), session };
}

async function publishAgain(
  deps: SessionStoppedDeps,
  detail: StatusChange['detail'],
  job: Job,
  collected: Collected,
): Promise<Stopped> {
  if (publishedByWorkflow(detail)) return { status: 'already_finished' };
  await publish(deps, detail, job, collected);
  return { status: 'published_again', outcome: collected.outcome };
}

async function publish(
  { publisher, apiUrl }: SessionStoppedDeps,
  { executionArn }: StatusChange['detail'],
  { id: jobId, input: { alert, relay, rule, startedBy, catalogue } }: Job,
  collected: Collected,
): Promise<void> {
  const traceparent = startedBy.traceparent ?? null;
  const reportUrl = `${apiUrl}${reportPathOf(jobId)}`;
  await publisher.publish({
    jobId,
    executionArn,
    alert,
    relay,
    rule,
    catalogue: catalogue ?? null,
    traceparent,
    reportUrl,
    ...collected,
  });
}

/**
 * Stopping an execution does not stop a function that it had just invoked. Once the job is finished such a function
 * gets no further; what it had done before that is ended here.
 */
async function endLatecomers(deps: SessionStoppedDeps, before: Job, handled: FoundSession | undefined): Promise<void> {
  const after = await deps.jobs.get(before.id);
  if (!after?.session) return;
  const isToldMore = after.followUp?.round !== before.followUp?.round;
  if (handled && after.promptedAt === before.promptedAt && !isToldMore) return;
  const server = handled?.server ?? deps.servers.connect(serverOf(after.input), after.session.dialect);
  await abortUntilIdle(server, after.session, after.promptedAt, deps);
  // A session that was never prompted has changed nothing; the workspace of any other is a matter of its result.
  if (after.promptedAt === undefined) await releaseWorkspace(server, after.session, { keep: false, log: deps.log });
}
