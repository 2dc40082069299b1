import type { CheckResult, VerifyResult } from '../../contract/checks.ts';
import type { TaskInput } from '../../contract/execution.ts';
import { limits } from '../../contract/limits.ts';
import { redactLines } from '../../domain/alert/redact-alert.ts';
import { type Job, type Kept, keptOf } from '../../domain/job/job.ts';
import { serverOf } from '../../domain/job/server-of.ts';
import { passedLimit, totalTokens } from '../../domain/session/session-limits.ts';
import { TaskError } from '../../domain/task/errors.ts';
import { allSeconds, notRun } from '../../domain/verification/checks.ts';
import { resultsOf, timeIsUp } from '../../domain/verification/results.ts';
import type { CheckRun } from '../../domain/verification/verdict.ts';
import type {
  CheckOrder,
  ChecksSeen,
  CredentialScanner,
  JobStore,
  SessionServer,
  SessionServers,
} from '../../ports.ts';
import { shownOutput } from '../../sessions/check-output.ts';
import { countedMessages, modelCallsIn } from '../../sessions/model-calls.ts';
import { passwordFilterOf, type ScreenDeps } from '../../sessions/screen.ts';
import { usageOf } from '../../sessions/usage.ts';

interface VerifyPatchDeps extends ScreenDeps {
  servers: SessionServers;
  jobs: Pick<JobStore, 'get' | 'recordProgress' | 'recordVerification'>;
  scanner: CredentialScanner;
}

type VerifyPatchInput = Omit<TaskInput<'verifyPatch'>, 'executionArn'>;

interface Verification {
  input: VerifyPatchInput;
  job: Job;
  kept: Kept;
  checks: NonNullable<TaskInput<'verifyPatch'>['execution']['verify']>['checks'];
  server: SessionServer;
}

/** Starts the checks of a rule on the server, or looks how far they are. Idempotent. */
export async function verifyPatch(deps: VerifyPatchDeps, input: VerifyPatchInput): Promise<VerifyResult> {
  const { execution, session, attempt, at, looks } = input;
  const job = await deps.jobs.get(execution.jobId);
  // A redrive of an execution that was stopped: its workspace is gone.
  if (job?.collected) return done(job.collected.checks ?? []);
  const kept = job && keptOf(job);
  if (!kept || !execution.verify) throw new Error(`Job ${execution.jobId} has nothing to verify`);
  const { checks } = execution.verify;
  const server = deps.servers.connect(serverOf(execution), session.dialect);
  const about = { input, job, kept, checks, server };
  const result = await (looks === 0 ? start(deps, about) : look(deps, about));
  await deps.jobs.recordProgress(execution.jobId, { attempt, activity: result.activity, at }).catch(() => {});
  return result;
}

async function start({ jobs }: VerifyPatchDeps, about: Verification): Promise<VerifyResult> {
  const { input, kept, checks, server } = about;
  if (kept.collected.outcome !== 'diff_ready') {
    const note = kept.collected.outcome === 'no_changes' ? 'there is no patch' : 'the diff is too large';
    return done(notRun(checks, note));
  }
  const order = orderOf(about);
  const isStarted = (await server.startChecks(order)) || (await startAgain(server, input.session.id, order));
  if (!isStarted) return done(notRun(checks, 'the server runs no command'));
  await jobs.recordVerification(input.execution.jobId, { kept: { ...kept, at: input.at } });
  return { state: 'running', activity: activityOf(checks, 0), checks: null };
}

const orderOf = ({ input: { session }, kept, checks }: Verification): CheckOrder => ({
  id: kept.checksId,
  directory: session.directory,
  repository: session.repository,
  baseCommit: session.baseCommit,
  own: session.worktree,
  checks: checks.map(({ command, minutes, on }) => {
    return { command, seconds: minutes * 60, onBase: on === 'base_and_patch' };
  }),
});

/** A server that runs no command and one that is away look the same: the latter is trouble, and tried again. */
async function startAgain(server: SessionServer, sessionId: string, order: CheckOrder): Promise<boolean> {
  await server.session(sessionId);
  return server.startChecks(order);
}

/** Beyond what the server's own watch takes. */
const SLACK_SECONDS = 120;

async function look(deps: VerifyPatchDeps, about: Verification): Promise<VerifyResult> {
  const { input, kept, checks, server } = about;
  const seen = await server.lookAtChecks(placeOf(about)).catch(unseen);
  const seconds = (Date.parse(input.at) - Date.parse(kept.at)) / 1_000;
  const isLast = seconds > allSeconds(checks) + SLACK_SECONDS || input.looks >= limits.checkLooks;
  if (!isLast && (seen === null || seen.state === 'running')) {
    return { state: 'running', activity: activityOf(checks, seen?.now ?? null), checks: null };
  }
  const results = await judged(deps, about, seen);
  const isFailed = results.some(({ verdict }) => verdict === 'failed');
  // What the checks said is worth more than another turn. It can be read again until the agent is told.
  if (!isFailed || !(await mayCorrect(about).catch(unseen))) return done(results);
  return { state: 'correct', activity: 'what failed goes back to the agent', checks: results };
}

/** What passes is seen by the next look; a server that may not be asked any more has said nothing. */
function unseen(error: unknown): null {
  if (error instanceof TaskError) return null;
  throw error;
}

const placeOf = ({ input: { session }, kept }: Verification) => ({
  id: kept.checksId,
  repository: session.repository,
});

async function judged(deps: VerifyPatchDeps, about: Verification, seen: ChecksSeen | null): Promise<CheckResult[]> {
  const { server, checks, input, job } = about;
  const filter = await passwordFilterOf(deps, input.execution);
  const runs = seen?.runs ?? [];
  const deciding = decidingRuns(runs);
  const printed = deciding.length === 0 ? [] : await server.checkOutputs(placeOf(about), deciding).catch(unseen);
  const outputs = new Map<number, string>();
  for (const [index, { check }] of deciding.entries()) {
    const output = printed?.[index] ?? null;
    if (output !== null) outputs.set(check, redactLines(shownOutput(output, filter, deps.scanner), job.redact));
  }
  return resultsOf(checks, {
    runs,
    now: seen?.now ?? null,
    givenUp: givenUp(seen),
    outputOf: (check) => outputs.get(check) ?? '',
  });
}

function givenUp(seen: ChecksSeen | null): string | undefined {
  if (seen === null) return 'the server could not be asked any more';
  if (seen.state === 'lost') return 'they ended with the server';
  return seen.state === 'running' ? timeIsUp : undefined;
}

/** Of each check the last run that was not on the base. */
const decidingRuns = (runs: CheckRun[]): CheckRun[] => [
  ...new Map(runs.filter(({ on }) => on !== 'base').map((run) => [run.check, run])).values(),
];

/** Whether the agent is asked once more: as the rule says, and while its session has something left of each limit. */
async function mayCorrect({ input, job, server }: Verification): Promise<boolean> {
  const { execution, session, attempt, at } = input;
  const { verify, poll, limits: own } = execution;
  if ((session.turn?.round ?? 0) >= (verify?.retries ?? 0) || attempt >= poll.maxAttempts) return false;
  if (!own) return true;
  const minutes = job.promptedAt === undefined ? 0 : (Date.parse(at) - Date.parse(job.promptedAt)) / 60_000;
  if (passedLimit(own, { minutes })) return false;
  // A full measure of model calls is within the limit, and leaves none.
  if (own.messages !== null && modelCallsIn(await countedMessages(server, session.id)) >= own.messages) return false;
  if (own.costUsd === null && own.tokens === null) return true;
  const { costUsd, tokens } = await usageOf(server, session.id);
  return passedLimit(own, { costUsd, tokens: totalTokens(tokens) }) === undefined;
}

const done = (checks: CheckResult[]): VerifyResult => ({ state: 'done', activity: 'checked', checks });

const activityOf = (checks: Verification['checks'], now: number | null): string => {
  const name = now === null ? undefined : checks[now]?.name;
  return name === undefined ? 'checking' : `checking ${(now ?? 0) + 1} of ${checks.length}: ${name}`;
};
