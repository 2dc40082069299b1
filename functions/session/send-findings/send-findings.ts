import type { SessionRef, TaskInput } from '../../contract/execution.ts';
import type { FollowUp, Job } from '../../domain/job/job.ts';
import { serverOf } from '../../domain/job/server-of.ts';
import { findingsPrompt } from '../../domain/prompt/findings-prompt.ts';
import { idsAfter } from '../../domain/session/session-ids.ts';
import { TaskError } from '../../domain/task/errors.ts';
import type { JobStore, SessionServer, SessionServers } from '../../ports.ts';
import { say } from '../../sessions/send-prompt.ts';

interface SendFindingsDeps {
  servers: SessionServers;
  jobs: Pick<JobStore, 'get' | 'recordVerification'>;
}

type SendFindingsInput = Pick<TaskInput<'sendFindings'>, 'execution' | 'session' | 'checks'>;

/** Messages that are counted; a session has 250 at most. */
const MANY = 256;

/** Tells the agent which checks failed. The prompt is stored before it is sent: a repeat is the same message. */
export async function sendFindings(
  { servers, jobs }: SendFindingsDeps,
  { execution, session, checks }: SendFindingsInput,
): Promise<{ session: SessionRef }> {
  const { jobId } = execution;
  const server = servers.connect(serverOf(execution), session.dialect);
  const round = (session.turn?.round ?? 0) + 1;
  const job = await jobs.get(jobId);
  if (!job) throw new Error(`Job ${jobId} is not stored`);
  const followUp =
    job.followUp?.round === round ? job.followUp : await nextTurn(server, { job, session, checks, round });
  if (!(await jobs.recordVerification(jobId, { followUp }))) {
    throw new TaskError('SessionLost', 'The execution was stopped before the agent was told what failed.');
  }
  const { prompt, ...turn } = followUp;
  const told = { ...session, turn };
  await say(server, execution, told, prompt);
  return { session: told };
}

async function nextTurn(
  server: SessionServer,
  {
    job,
    session,
    checks,
    round,
  }: { job: Job; session: SessionRef; checks: SendFindingsInput['checks']; round: number },
): Promise<FollowUp> {
  const messages = await server.messages(session.id, MANY);
  const key = `${job.id} ${round}`;
  const newest = messages.at(-1)?.id ?? session.messageId;
  return {
    round,
    ...idsAfter(newest, session.messageId, key),
    callsBefore: messages.filter(({ role }) => role === 'assistant').length,
    prompt: findingsPrompt(checks, key),
  };
}
