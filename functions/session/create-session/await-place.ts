import { placeNotFree } from '../../contract/error-names.ts';
import type { TaskInput } from '../../contract/execution.ts';
import { limits, longestSessionSeconds } from '../../contract/limits.ts';
import { type Asked, type Asking, ask, type Places, without } from '../../domain/decision/places.ts';
import { TaskError } from '../../domain/task/errors.ts';
import type { Clock, JobStore, PlaceStore, SwitchStore } from '../../ports.ts';

export interface AwaitPlaceDeps {
  switch: Pick<SwitchStore, 'read'>;
  places: PlaceStore;
  jobs: Pick<JobStore, 'get' | 'recordProgress'>;
  clock: Clock;
}

export type Waiting = Omit<TaskInput<'createSession'>, 'executionArn'>;

/** Writers of one row that meet. Each of them that loses has another one win: ten in a row are an onrush. */
const TRIES = 10;
const PAUSE_MS = 50;

/**
 * Resolves once the session may begin: starts are not paused, and where its integration limits them, it has a place. Else
 * throws PlaceNotFree, which tells why and is asked again, and in the end QueueExpired. May be repeated.
 */
export async function awaitPlace(deps: AwaitPlaceDeps, input: Waiting): Promise<void> {
  const reason = (await pauseOf(deps)) ?? (await takePlace(deps, input));
  if (reason === undefined) return;
  const now = deps.clock.now();
  const { execution, startedAt } = input;
  if (now.getTime() - Date.parse(startedAt) >= limits.longestWaitSeconds * 1_000) throw expired(reason);
  // For people who look at the job; not worth failing a run for.
  const progress = { attempt: 0, activity: `waiting: ${reason}`, at: now.toISOString() };
  await deps.jobs.recordProgress(execution.jobId, progress).catch(() => {});
  throw new TaskError(placeNotFree, `The session waits: ${reason}`);
}

async function pauseOf(deps: AwaitPlaceDeps): Promise<string | undefined> {
  const turned = await deps.switch.read();
  if (!turned?.paused) return undefined;
  const why = turned.reason === undefined ? '' : ` (${turned.reason})`;
  return `all starts are paused since ${turned.at} by ${turned.by}${why}.`;
}

/** Why there is no place; undefined where the job has one, or needs none. */
async function takePlace(
  deps: AwaitPlaceDeps,
  { execution: { jobId, session, poll, maxConcurrent: max } }: Waiting,
): Promise<string | undefined> {
  if (max === undefined) return undefined;
  const { places, clock } = deps;
  for (let tried = 0; tried < TRIES; tried++) {
    if (tried > 0) await clock.sleep(PAUSE_MS);
    const { places: stored, version } = await places.read(session.integrationId);
    const at = clock.now();
    // It may have to wait once more, for the end of a pause.
    const seconds = longestSessionSeconds(poll) + limits.longestWaitSeconds;
    const until = new Date(at.getTime() + seconds * 1_000).toISOString();
    const asked = await askOrReclaim(deps, stored, { jobId, max, at: at.toISOString(), until });
    if (asked.places === stored || (await places.write(session.integrationId, asked.places, version))) {
      return asked.answer.kind === 'held' ? undefined : waitingFor(session.integrationId, asked, max);
    }
  }
  return `too many sessions of the integration ${session.integrationId} ask for a place at once.`;
}

/** The first in line looks whether the jobs that hold the places are over: one question for each of them. */
async function askOrReclaim({ jobs }: AwaitPlaceDeps, stored: Places, asking: Asking): Promise<Asked> {
  const asked = ask(stored, asking);
  if (asked.answer.kind === 'held' || asked.answer.ahead !== 0) return asked;
  const holders = await Promise.all(asked.places.holders.map(({ jobId }) => jobs.get(jobId)));
  const over = holders.flatMap((job) => (job?.settledAt === undefined ? [] : [job.id]));
  return over.length === 0 ? asked : ask(without(asked.places, new Set(over)), asking);
}

function waitingFor(integrationId: string, { places, answer }: Asked, max: number): string {
  const atWork = places.holders.map(({ jobId }) => jobId).slice(0, MAX_LISTED);
  const more = places.holders.length - atWork.length;
  const jobs = `${atWork.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
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
