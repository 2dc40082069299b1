import type { SessionRef, TaskInput } from '../../contract/execution.ts';
import type { FollowUp, Job } from '../../domain/job/job.ts';
import { serverOf } from '../../domain/job/server-of.ts';
import { findingsPrompt } from '../../domain/prompt/findings-prompt.ts';
import { idsAfter } from '../../domain/session/session-ids.ts';
import { TaskError } from '../../domain/task/errors.ts';
import type { JobStore, Log, SessionServer, SessionServers } from '../../ports.ts';
import { endChecks } from '../../sessions/complete-kept.ts';
import { countedMessages, modelCallsIn } from '../../sessions/model-calls.ts';
import { say } from '../../sessions/send-prompt.ts';

interface SendFindingsDeps {
  servers: SessionServers;
  jobs: Pick<JobStore, 'get' | 'recordVerification'>;
  log: Log;
}

type SendFindingsInput = Pick<TaskInput<'sendFindings'>, 'execution' | 'session' | 'checks'>;

/**
 * Tells the agent which checks failed, and ends what ran them. The prompt is stored before it is sent: a repeat is the
 * same message.
 */
export async function sendFindings(
  { servers, jobs, log }: SendFindingsDeps,
  { execution, session, checks }: SendFindingsInput,
): Promise<{ session: SessionRef }> {
  const { jobId } = execution;
  const server = servers.connect(serverOf(execution), session.dialect);
  const round = (session.turn?.round ?? 0) + 1;
  const job = await jobs.get(jobId);
  if (!job) throw new Error(`Job ${jobId} is not stored`);
  const followUp =
    job.followUp?.round === round ? job.followUp : await nextTurn(server, { job, session, checks, round });
  const kept = job.kept && { ...job.kept, checks };
  if (!(await jobs.recordVerification(jobId, { followUp, ...(kept && { kept }) }))) {
    throw new TaskError('SessionLost', 'The execution was stopped before the agent was told what failed.');
  }
  if (kept) await endChecks(server, session, kept, log);
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
  const messages = await countedMessages(server, session.id);
  const key = `${job.id} ${round}`;
  const newest = messages.at(-1)?.id ?? session.messageId;
  return {
    round,
    ...idsAfter(newest, session.messageId, key),
    callsBefore: modelCallsIn(messages),
    prompt: findingsPrompt(checks, key),
  };
}
