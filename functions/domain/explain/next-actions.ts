import type { Collected } from '../../contract/execution.ts';
import { diffOutcomes, isGreen, type Outcome } from '../../contract/outcomes.ts';
import { reportPathOf } from '../../contract/report.ts';
import type { Alert } from '../alert/alert.ts';
import type { Job } from '../job/job.ts';
import { oneLine } from '../text/untrusted-text.ts';

interface Situation {
  alert: Alert;
  /** Names of the users who are on it. */
  onIt: string[];
  jobs: Job[];
}

/** What whoever takes over should do next, a sentence each, the most urgent first. Routes are below `/v0`. */
export function nextActions({ alert, onIt, jobs }: Situation): string[] {
  const own = alert.resolvedAt === undefined ? whoIsOnIt(alert, onIt, jobs) : resolved(alert, jobs);
  const none = `No session was started. GET /alerts/${alert.id}/decisions tells for each rule why.`;
  return [...own, ...(jobs.length === 0 ? [none] : jobs.map(nextOfJob))];
}

function resolved({ resolvedAt, resolvedBy, resolvedByUserId, resolvedByProvider }: Alert, jobs: Job[]): string[] {
  const who = (resolvedBy === 'user' ? resolvedByUserId : resolvedByProvider) ?? 'the monitoring system';
  const running = jobs.filter(isRunning);
  return [
    `The alert was resolved at ${resolvedAt} by ${who}: nothing has to be done at once.`,
    ...running.map(({ id }) => `A session is still at work on it. If nobody needs it: POST /agents/jobs/${id}/cancel.`),
  ];
}

function whoIsOnIt({ id, assignedToUserId }: Alert, onIt: string[], jobs: Job[]): string[] {
  if (onIt.length > 0) return [`On it: ${onIt.join(', ')}. Talk to them before you start.`];
  if (assignedToUserId !== undefined) {
    return [`Assigned to ${assignedToUserId}, who is not on it yet. Ask them, or take it: POST /alerts/${id}/on-it.`];
  }
  const agent = jobs.some(isRunning) ? 'Only an agent is on it' : 'Nobody is on it';
  return [`${agent}. Take it: POST /alerts/${id}/on-it.`];
}

const isRunning = ({ collected }: Job): boolean => collected === undefined;

/** What one session has come to, and what to do about it. */
function nextOfJob(job: Job): string {
  const { collected, session, input } = job;
  if (!collected) return running(job, `Rule "${oneLine(input.rule.name)}"`);
  const url = session?.url ?? collected.session?.url;
  const { came, steps } = afterEnd(job, collected);
  const page = `All of it on a page: GET ${reportPathOf(job.id)}.`;
  return [...came, ...(url === undefined ? [] : [`Session: ${url}`]), ...steps, page].join(' ');
}

/** Of a session that has ended: what it came to, and what to do about it. */
export function afterEnd(job: Job, { outcome, cause, result }: Collected): { came: string[]; steps: string[] } {
  const again = `Run it again: POST /alerts/${job.alertId}/rules/${job.ruleId}/run.`;
  return {
    // The cause says itself what to do about a failure.
    came: [`Rule "${oneLine(job.input.rule.name)}": ${titles[outcome]}.`, oneLine(cause)],
    steps: [...(result === null ? [] : [howToGet(job.id, outcome)]), ...(isGreen(outcome) ? [] : [again])],
  };
}

function running({ session, promptedAt, id }: Job, rule: string): string {
  const cancel = `Stop it: POST /agents/jobs/${id}/cancel.`;
  if (!session) return `${rule}: its session is being created. Look again in a minute. ${cancel}`;
  const since = promptedAt === undefined ? 'is about to get its prompt' : `is at work since ${promptedAt}`;
  return `${rule}: session ${session.id} ${since}. Watch it: ${session.url} ${cancel}`;
}

function howToGet(jobId: string, outcome: Outcome): string {
  const links = `GET /agents/jobs/${jobId}/result gives links to`;
  if (!diffOutcomes.some((known) => known === outcome)) return `${links} what it left.`;
  return `${links} the patch; in the repository: git apply --3way patch.diff`;
}

/** What an outcome is, for somebody who was not there. */
const titles: Record<Outcome, string> = {
  diff_ready: 'a diff is ready',
  no_changes: 'the agent answered and changed nothing',
  verification_failed: 'a diff is there, and a check of the rule did not pass on it',
  diff_too_large: 'a diff is there, and larger than the rule allows',
  blocked: 'the agent is blocked and waits for a person',
  attempts_exhausted: 'the time for the session is used up, and it was stopped',
  session_stalled: 'nothing moved in the session any more, and it was stopped',
  budget_exceeded: 'the session passed one of its limits, and was stopped',
  session_failed: 'the session failed',
  result_too_large: 'the agent changed more than is stored, and its work is kept on the server',
  session_lost: 'the session was lost',
  credentials_rejected: 'the OpenCode server did not take the password',
  endpoint_refused: 'the password is not for the address of the OpenCode server, and nothing was sent to it',
  server_unreachable: 'the OpenCode server could not be reached',
  server_unsupported: 'the OpenCode server is none that the relay can talk to',
  workspace_failed: 'the agent had no place to work in',
  queue_expired: 'no slot for the session became free in time',
  relay_failed: 'the relay itself failed',
  cancelled: 'the session was cancelled',
};
