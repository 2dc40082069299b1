import { slotNotFree } from '../../contract/error-names.ts';
import type { TaskInput } from '../../contract/execution.ts';
import { limits, longestSessionSeconds, verifyRoundsOf } from '../../contract/limits.ts';
import { requestSlot, type SlotAnswer, type SlotRequest, type Slots, without } from '../../domain/decision/slots.ts';
import { TaskError } from '../../domain/task/errors.ts';
import { lost, retryLost } from '../../domain/task/lost-writes.ts';
import { listed } from '../../domain/text/listed.ts';
import type { Clock, JobStore, PauseSwitchStore, SlotStore } from '../../ports.ts';

export interface AwaitSlotDeps {
  switch: Pick<PauseSwitchStore, 'read'>;
  slots: SlotStore;
  jobs: Pick<JobStore, 'get' | 'recordProgress'>;
  clock: Clock;
}

type Waiting = Omit<TaskInput<'createSession'>, 'executionArn'>;

/** Writers of one row that meet. Each of them that loses has another one win: ten in a row are an onrush. */
const TRIES = 10;
const PAUSE_MS = 50;

/**
 * Resolves once the session may begin: starts are not paused, and where its integration limits them, it has a slot.
 * Else throws SlotNotFree, which tells why and is asked again, and in the end QueueExpired. Idempotent.
 */
export async function awaitSlot(deps: AwaitSlotDeps, input: Waiting): Promise<void> {
  const reason = (await pauseOf(deps)) ?? (await takeSlot(deps, input));
  if (reason === undefined) return;
  const now = deps.clock.now();
  const { execution, startedAt } = input;
  if (now.getTime() - Date.parse(startedAt) >= limits.longestWaitSeconds * 1_000) throw expired(reason);
  // For people who look at the job; not worth failing a run for.
  const progress = { attempt: 0, activity: `waiting: ${reason}`, at: now.toISOString() };
  await deps.jobs.recordProgress(execution.jobId, progress).catch(() => {});
  throw new TaskError(slotNotFree, `The session waits: ${reason}`);
}

async function pauseOf(deps: AwaitSlotDeps): Promise<string | undefined> {
  const pauseSwitch = await deps.switch.read();
  if (!pauseSwitch?.paused) return undefined;
  const why = pauseSwitch.reason === undefined ? '' : ` (${pauseSwitch.reason})`;
  return `all starts are paused since ${pauseSwitch.at} by ${pauseSwitch.by}${why}.`;
}

/** Why there is no slot; undefined where the job has one, or needs none. */
async function takeSlot(
  deps: AwaitSlotDeps,
  { execution: { jobId, session, poll, verify, maxConcurrent: max } }: Waiting,
): Promise<string | undefined> {
  if (max === undefined) return undefined;
  const { slots, clock } = deps;
  const reason = await retryLost(TRIES, async (tried) => {
    if (tried > 0) await clock.sleep(PAUSE_MS);
    const { slots: stored, version } = await slots.read(session.integrationId);
    const at = clock.now();
    // It may have to wait once more, for the end of a pause.
    const seconds = longestSessionSeconds(poll, verifyRoundsOf(verify)) + limits.longestWaitSeconds;
    const until = new Date(at.getTime() + seconds * 1_000).toISOString();
    const asked = await askOrReclaim(deps, stored, { jobId, max, at: at.toISOString(), until });
    const isWritten = asked.slots === stored || (await slots.write(session.integrationId, asked.slots, version));
    if (!isWritten) return lost;
    return asked.answer.kind === 'held' ? undefined : waitingFor(session.integrationId, asked, max);
  });
  return reason === lost
    ? `too many sessions of the integration ${session.integrationId} ask for a slot at once.`
    : reason;
}

/** The first in line looks whether the jobs that hold the slots are over: one question for each of them. */
async function askOrReclaim({ jobs }: AwaitSlotDeps, stored: Slots, asking: SlotRequest): Promise<SlotAnswer> {
  const asked = requestSlot(stored, asking);
  if (asked.answer.kind === 'held' || asked.answer.ahead !== 0) return asked;
  const holders = await Promise.all(asked.slots.holders.map(({ jobId }) => jobs.get(jobId)));
  const over = holders.flatMap((job) => (job?.finishedAt === undefined ? [] : [job.id]));
  return over.length === 0 ? asked : requestSlot(without(asked.slots, new Set(over)), asking);
}

function waitingFor(integrationId: string, { slots, answer }: SlotAnswer, max: number): string {
  const holders = slots.holders.map(({ jobId }) => jobId);
  const jobs = listed(holders, MAX_LISTED);
  const turn = turnOf(answer.kind === 'wait' ? answer.ahead : undefined);
  return `the integration ${integrationId} takes ${max} at once (maxConcurrentSessions), at work: ${jobs}; ${turn}.`;
}

const MAX_LISTED = 3;

function turnOf(ahead: number | undefined): string {
  if (ahead === undefined) return `more than ${limits.sessionsInLine} wait before it`;
  return ahead === 0 ? 'it is next' : `${ahead} wait before it`;
}

const expired = (reason: string): TaskError =>
  new TaskError(
    'QueueExpired',
    `The session waited for ${limits.longestWaitSeconds / 3_600} hours and was given up: ${reason} Nothing was started. ` +
      'Raise maxConcurrentSessions of the integration or lift the pause, then run the rule for the alert again.',
  );
