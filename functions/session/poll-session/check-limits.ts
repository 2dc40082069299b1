import type { Ending, TaskInput } from '../../contract/execution.ts';
import {
  nearLimits,
  passedLimit,
  type SessionLimits,
  totalTokens,
  type Used,
} from '../../domain/session/session-limits.ts';
import type { Observation } from '../../domain/session/verdict.ts';
import { errorNameOf } from '../../domain/task/errors.ts';
import type { JobStore, Log, SessionMetrics, SessionServer } from '../../ports.ts';
import { usageOf } from '../../sessions/usage.ts';

interface CheckLimitsDeps {
  server: SessionServer;
  jobs: Pick<JobStore, 'get'>;
  log: Log;
  metrics: SessionMetrics;
}

type Poll = Pick<TaskInput<'pollSession'>, 'execution' | 'session' | 'at'>;

/**
 * The ending of a session at work that has passed one of its limits. Reads what is limited and nothing else, the
 * cheapest first; of a server that does not answer there is the time only.
 */
export async function checkLimits(
  deps: CheckLimitsDeps,
  { execution: { jobId, limits }, session, at }: Poll,
  observation: Observation,
): Promise<Ending | undefined> {
  if (!limits) return undefined;
  const minutes = limits.minutes === null ? undefined : await minutesSincePrompt(deps, jobId, at);
  const late = minutes === undefined ? undefined : compare(deps, limits, { minutes });
  if (late || observation.kind === 'trouble') return late;

  const counted = observation.counted?.answers;
  const messages = (counted ?? 0) + (session.turn?.callsBefore ?? 0);
  const talkative = counted === undefined ? undefined : compare(deps, limits, { messages });
  if (talkative || (limits.costUsd === null && limits.tokens === null)) return talkative;

  const { costUsd, tokens } = await usageOf(deps.server, session.id);
  return compare(deps, limits, { costUsd, tokens: totalTokens(tokens) });
}

/** The ending of a session that has passed a limit; one that is near to it is counted. */
function compare({ metrics }: CheckLimitsDeps, limits: SessionLimits, used: Used): Ending | undefined {
  for (const limit of nearLimits(limits, used)) metrics.nearLimit(limit);
  return passedLimit(limits, used);
}

/** Undefined where the job cannot be read: the next poll looks again, and none of them is worth failing a run for. */
async function minutesSincePrompt(
  { jobs, log }: CheckLimitsDeps,
  jobId: string,
  at: string,
): Promise<number | undefined> {
  const job = await jobs.get(jobId).catch((error: unknown) => {
    log.warn('Minutes not counted', { guard: 'session_minutes', jobId, error: errorNameOf(error) });
    return undefined;
  });
  return job?.promptedAt === undefined ? undefined : (Date.parse(at) - Date.parse(job.promptedAt)) / 60_000;
}
