import type { MapState } from './definition.ts';
import type { History } from './history.ts';
import { positionOf } from './position.ts';
import {
  evaluateField,
  evaluationFailed,
  type FlowStart,
  type MapItem,
  type MapProgress,
  type Visit,
} from './visit.ts';

/** Runs the states of an iteration to their end, whose output it returns. */
export type FollowStates = (start: FlowStart) => Promise<unknown>;

/** An inline Map has no more iterations at once. */
const MOST_AT_ONCE = 40;

class OtherFailed extends Error {}

/**
 * One attempt of a Map: its output is those of the iterations, by item. Where one iteration fails, the others are
 * stopped and its error is the Map's.
 */
export async function runMap(visit: Visit<MapState>, follow: FollowStates): Promise<unknown[]> {
  const { run } = visit;
  const items = await itemsOf(visit);
  const atOnce = await atOnceOf(visit);
  const progress = visit.retryCount === 0 ? visit.position?.map : undefined;
  const started =
    progress?.startedId ??
    run.history.add('MapStateStarted', { mapStateStartedEventDetails: { length: items.length } });
  const attempt = { visit, follow, progress, outputs: new Array<unknown>(items.length), stop: new AbortController() };
  const queue = items.entries();
  const workers = Array.from({ length: Math.min(atOnce, items.length) }, () => work(attempt, queue));
  const results = await Promise.allSettled(workers);
  run.signal.throwIfAborted();
  const failed = results.find((result) => result.status === 'rejected' && !(result.reason instanceof OtherFailed));
  if (failed?.status === 'rejected') throw failed.reason;
  const last = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  run.history.follow(Math.max(started, ...last));
  run.history.note('MapStateSucceeded');
  return attempt.outputs;
}

/** Once no retry is left. */
export const mapFailed = ({ run }: Visit): void => void run.history.add('MapStateFailed');

interface Attempt {
  visit: Visit<MapState>;
  follow: FollowStates;
  /** What an earlier process came to. */
  progress: MapProgress | undefined;
  outputs: unknown[];
  /** Aborted when an iteration has failed. */
  stop: AbortController;
}

/** One iteration after the other, as long as there are items. Returns the id of its last event. */
async function work(attempt: Attempt, queue: Iterable<[number, unknown]>): Promise<number> {
  const history = attempt.visit.run.history.branch();
  let last = 0;
  for (const [Index, Value] of queue) last = await iterate(attempt, history, { Index, Value });
  return last;
}

async function iterate(
  { visit, follow, progress, outputs, stop }: Attempt,
  history: History,
  mapItem: MapItem,
): Promise<number> {
  const { run, name, state, variables } = visit;
  const details = { name, index: mapItem.Index };
  stop.signal.throwIfAborted();
  const begun = progress?.iterations.get(mapItem.Index);
  const lastId = begun?.events.at(-1)?.id;
  if (lastId === undefined) history.add('MapIterationStarted', { mapIterationStartedEventDetails: details });
  else history.follow(lastId);
  const inner = { ...run, history, signal: AbortSignal.any([run.signal, stop.signal]) };
  try {
    const input = await selected({ ...visit, run: inner, mapItem });
    const flow = state.ItemProcessor;
    const position = begun && positionOf(flow, { input, variables }, begun.events);
    outputs[mapItem.Index] = await follow({ run: inner, flow, input, variables, mapItem, position });
    if (begun?.isOver && lastId !== undefined) return lastId;
  } catch (error) {
    if (run.signal.aborted) throw error;
    if (stop.signal.aborted) {
      history.note('MapIterationAborted', { mapIterationAbortedEventDetails: details });
      throw stop.signal.reason;
    }
    run.history.follow(history.note('MapIterationFailed', { mapIterationFailedEventDetails: details }));
    stop.abort(new OtherFailed('another iteration failed'));
    throw error;
  }
  return history.note('MapIterationSucceeded', { mapIterationSucceededEventDetails: details });
}

const selected = async (visit: Visit<MapState>): Promise<unknown> =>
  visit.state.ItemSelector === undefined
    ? visit.mapItem?.Value
    : evaluateField(visit, 'ItemSelector', visit.state.ItemSelector);

async function itemsOf(visit: Visit<MapState>): Promise<unknown[]> {
  const items = await evaluateField(visit, 'Items', visit.state.Items ?? visit.input);
  if (Array.isArray(items)) return items;
  throw evaluationFailed(visit, 'Items', 'Items must be an array.');
}

/** 0 is as many as there may be. */
async function atOnceOf(visit: Visit<MapState>): Promise<number> {
  const limit = await evaluateField(visit, 'MaxConcurrency', visit.state.MaxConcurrency ?? 0);
  if (typeof limit === 'number' && Number.isInteger(limit) && limit >= 0) {
    return limit === 0 ? MOST_AT_ONCE : Math.min(limit, MOST_AT_ONCE);
  }
  throw evaluationFailed(visit, 'MaxConcurrency', 'MaxConcurrency must be a whole number from 0 up.');
}
