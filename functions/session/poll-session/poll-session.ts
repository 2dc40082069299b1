import type { TaskErrorName } from '../../contract/error-names.ts';
import type { PollResult, TaskInput } from '../../contract/execution.ts';
import { waitsBetween } from '../../domain/job/poll-wait.ts';
import { serverOf } from '../../domain/job/server-of.ts';
import { nearLimits, stoppedAt } from '../../domain/session/session-limits.ts';
import { judge, type Look, type Observation } from '../../domain/session/verdict.ts';
import { messagesToRead } from '../../domain/session/verdict-v1.ts';
import { TaskError } from '../../domain/task/errors.ts';
import type { JobStore, Log, SessionMetrics } from '../../ports.ts';
import { passwordFilterOf, type ScreenDeps, tellerOf } from '../../sessions/screen.ts';
import { type SendPromptDeps, sendPrompt, turnOf } from '../../sessions/send-prompt.ts';
import { checkLimits } from './check-limits.ts';
import { checkStall } from './check-stall.ts';

export type PollSessionInput = Omit<TaskInput<'pollSession'>, 'executionArn'>;

interface PollSessionDeps extends SendPromptDeps, ScreenDeps {
  log: Log;
  metrics: SessionMetrics;
  jobs: SendPromptDeps['jobs'] & Pick<JobStore, 'recordProgress'>;
}

/**
 * Trouble that may pass: the verdict waits for it to last before it is an ending. A server that was one when the
 * session was made is no other now: an answer that is none of its own comes from a proxy before it, while it restarts.
 */
const passingTrouble: readonly string[] = [
  'ServerUnreachable',
  'ServerUnsupported',
  'CredentialsRejected',
] satisfies TaskErrorName[];

/** Polls between two looks at what a session at work writes, where its rule has no limit for that. */
const READ_EVERY = 10;

/** Messages are a hundred kilobytes each, so a poll reads what it needs: for `stallMinutes` the newest one. */
function lookOf({ execution: { limits }, attempt, memory: { counted } }: PollSessionInput): Look {
  // Both tell of a run that may be going in circles.
  const isRead = attempt % READ_EVERY === 0;
  const watched = typeof limits?.stallMinutes === 'number' ? 1 : 0;
  return {
    newest: isRead ? messagesToRead.few : watched,
    counts: isRead || typeof limits?.messages === 'number',
    counted,
  };
}

/** One look at the session and one verdict, noted for whoever asks how far it is. */
export async function pollSession(deps: PollSessionDeps, input: PollSessionInput): Promise<PollResult> {
  const { execution, attempt, at } = input;
  const filter = await passwordFilterOf(deps, execution);
  const found = await look(deps, input);
  const isQuote = quotes(found.activity);
  // What the agent asks for, and why a provider refused, may hold anything that the agent knows.
  const tell = found.ending || isQuote ? await tellerOf(deps, execution, filter) : filter.without;
  const ending = found.ending && { ...found.ending, cause: tell(found.ending.cause) };
  const activity = (isQuote ? tell : filter.without)(found.activity);
  const result = { ...found, activity, ending };
  // The next poll notes more: this one's result is worth more than its note.
  await deps.jobs.recordProgress(execution.jobId, { attempt, activity: result.activity, at }).catch(() => {});
  return result;
}

/** Others are quoted behind a colon: `retrying: …`. Most polls quote nobody, and read no job. */
const quotes = (activity: string): boolean => activity.includes(':');

/** A session beyond a limit of its rule is stopped. Where the prompt seems to have been lost, it is sent once more. */
async function look(
  deps: SendPromptDeps & Pick<PollSessionDeps, 'log' | 'metrics'>,
  input: PollSessionInput,
): Promise<PollResult> {
  const { execution, session, attempt, at, memory } = input;
  const { dialect } = session;
  const { messageId } = turnOf(session);
  const turn = { dialect, messageId, at, lastPollAt: lastPollAt(input) };
  const server = deps.servers.connect(serverOf(execution), dialect);
  const observation = await orTrouble(server.observe({ ...session, messageId }, lookOf(input)));
  const { result, resend } = judge(observation, memory, turn);
  if (result.state === 'ended') return result;
  const near = nearLimits({ attempts: execution.poll.maxAttempts }, { attempts: attempt });
  for (const limit of near) deps.metrics.nearLimit(limit);
  const passed = await orTrouble(checkLimits({ ...deps, server }, input, observation));
  if (passed && 'kind' in passed) return judge(passed, memory, turn).result;
  if (passed) return stoppedAt(passed, result.memory);
  const watched = await orTrouble(checkStall(server, input, observation, result.memory));
  if ('kind' in watched) return judge(watched, memory, turn).result;
  if (watched.ending) return stoppedAt(watched.ending, watched.memory);
  if (!resend) return { ...result, memory: watched.memory };
  const sent = await orTrouble(sendPrompt(deps, { execution, session }, server));
  // Judged by the memory from before: a prompt that did not get through is to be sent by a later poll.
  return 'messageId' in sent ? result : judge(sent, memory, turn).result;
}

async function orTrouble<T>(work: Promise<T>): Promise<T | Extract<Observation, { kind: 'trouble' }>> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof TaskError && passingTrouble.includes(error.name)) return { kind: 'trouble', error };
    throw stillAtWork(error);
  }
}

/** Of a session that may no longer be talked to, nobody can say more; and nobody can stop it. */
function stillAtWork(error: unknown): unknown {
  if (!(error instanceof TaskError) || error.name !== 'EndpointRefused') return error;
  const message = `${error.message} The session may still be at work there: stop it on the server itself.`;
  return new TaskError('EndpointRefused', message, { cause: error });
}

function lastPollAt({ execution: { poll }, attempt, at }: PollSessionInput): string {
  const secondsLeft = waitsBetween(attempt, poll.maxAttempts, poll);
  return new Date(Date.parse(at) + secondsLeft * 1000).toISOString();
}
