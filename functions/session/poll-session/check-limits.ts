import type { Ending, TaskInput } from '../../contract/execution.ts';
import { passedLimit, totalTokens } from '../../domain/session/session-limits.ts';
import type { Observation } from '../../domain/session/verdict.ts';
import type { JobStore, SessionServer } from '../../ports.ts';
import { usageOf } from '../../sessions/usage.ts';

interface CheckLimitsDeps {
  server: SessionServer;
  jobs: Pick<JobStore, 'get'>;
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
  const late = minutes === undefined ? undefined : passedLimit(limits, { minutes });
  if (late || observation.kind === 'trouble') return late;

  const talkative = observation.counted ? passedLimit(limits, { messages: observation.counted.answers }) : undefined;
  if (talkative || (limits.costUsd === null && limits.tokens === null)) return talkative;

  const { costUsd, tokens } = await usageOf(deps.server, session.id);
  return passedLimit(limits, { costUsd, tokens: totalTokens(tokens) });
}

/** Undefined where the job cannot be read: the next poll looks again, and none of them is worth failing a run for. */
async function minutesSincePrompt({ jobs }: CheckLimitsDeps, jobId: string, at: string): Promise<number | undefined> {
  const job = await jobs.get(jobId).catch(() => undefined);
  return job?.promptedAt === undefined ? undefined : (Date.parse(at) - Date.parse(job.promptedAt)) / 60_000;
}
