import type { ExecutionInput, SessionRef } from '../contract/execution.ts';
import { serverOf } from '../domain/job/server-of.ts';
import { TaskError } from '../domain/task/errors.ts';
import { sha256 } from '../domain/text/digest.ts';
import { verdictRequest } from '../domain/verification/agent-verdict.ts';
import type { Clock, JobStore, SessionServer, SessionServers } from '../ports.ts';

export interface SendPromptDeps {
  servers: SessionServers;
  jobs: Pick<JobStore, 'get' | 'markPrompted'>;
  clock: Pick<Clock, 'now'>;
}

/** The ids of the newest prompt of a session. */
export const turnOf = ({ messageId, partId, turn }: SessionRef): Pick<SessionRef, 'messageId' | 'partId'> =>
  turn ?? { messageId, partId };

/** Sends the newest prompt of a session, with what asks for a verdict where the rule wants one. */
export async function say(
  server: Pick<SessionServer, 'prompt'>,
  { agentVerdict, session: { model, agent } }: Pick<ExecutionInput, 'agentVerdict' | 'session'>,
  session: SessionRef,
  prompt: string,
): Promise<void> {
  const text = agentVerdict ? `${prompt}\n\n${verdictRequest}` : prompt;
  const { messageId, partId } = turnOf(session);
  await server.prompt(session.id, { messageId, partId, text, model, agent });
}

/** Sends the job's newest prompt under its own ids: repeated, it is the same message and starts nothing new. */
export async function sendPrompt(
  { servers, jobs, clock }: SendPromptDeps,
  { execution, session }: { execution: ExecutionInput; session: SessionRef },
  server = servers.connect(serverOf(execution), session.dialect),
): Promise<{ messageId: string }> {
  const { jobId } = execution;
  const job = await jobs.get(jobId);
  if (!job) throw new Error(`Job ${jobId} is not stored`);
  if (sha256(job.prompt) !== execution.prompt.sha256) {
    throw new Error(`The stored prompt of job ${jobId} is not the one that the execution was started with`);
  }
  if (!(await jobs.markPrompted(jobId, clock.now().toISOString()))) {
    throw new TaskError('SessionLost', 'The execution was stopped before its prompt was sent. Nothing was sent.');
  }
  const text = session.turn === undefined ? job.prompt : job.followUp?.prompt;
  if (text === undefined) throw new Error(`Job ${jobId} has no prompt that followed`);
  await say(server, execution, session, text);
  return { messageId: turnOf(session).messageId };
}
