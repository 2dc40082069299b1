import type { PauseSwitch } from '../domain/decision/pause-switch.ts';
import type { AlertStore, DecisionStore, ExecutionStopper, JobStore, RelayRunStarter, WebhookQueue } from '../ports.ts';
import { attemptEach, mapConcurrently } from './attempt.ts';
import { decideEntries } from './decide-entries.ts';
import { AlertKnown } from './new-alert.ts';
import { type EntryToRoute, prepareEntry } from './prepare-entry.ts';
import { failedEntry, type RoutedEntry, recordEntry } from './record-entry.ts';
import type { StartSessionsDeps } from './start-sessions.ts';

/** What preparing, deciding and recording take, side by side. */
export interface RouteWaveDeps extends StartSessionsDeps {
  alerts: AlertStore;
  decisions: Pick<
    DecisionStore,
    'recordedReasons' | 'listByAlert' | 'record' | 'recordFirst' | 'recordRepeats' | 'move'
  >;
  jobs: Pick<JobStore, 'get' | 'createOrGet' | 'createWithAlert' | 'markStarted' | 'finish'>;
  webhookCalls: WebhookQueue;
  relayRuns: RelayRunStarter;
  stopper: ExecutionStopper;
}

/** How often an entry may find that its new alert was stored by others meanwhile: after the first, it is found. */
const MAX_LOOKS = 3;

/**
 * Routes entries of different alerts: prepare → decide → record. One result for each entry; the failure of one stops no
 * other. Idempotent: a delivery that comes again does what is missing. An entry whose new alert another routing has
 * stored meanwhile is routed anew, as an entry of that.
 */
export async function routeWave(
  deps: RouteWaveDeps,
  entries: EntryToRoute[],
  pauseSwitch: PauseSwitch | undefined,
  looksLeft = MAX_LOOKS,
): Promise<RoutedEntry[]> {
  const routed = await routeOnce(deps, entries, pauseSwitch);
  const overtaken = new Set(routed.flatMap(({ entry, error }) => (error instanceof AlertKnown ? [entry] : [])));
  if (overtaken.size === 0 || looksLeft === 1) return routed;
  const again = entries.filter(({ entry }) => overtaken.has(entry));
  const done = routed.filter(({ entry }) => !overtaken.has(entry));
  return [...done, ...(await routeWave(deps, again, pauseSwitch, looksLeft - 1))];
}

async function routeOnce(
  deps: RouteWaveDeps,
  entries: EntryToRoute[],
  pauseSwitch: PauseSwitch | undefined,
): Promise<RoutedEntry[]> {
  const prepared = await attemptEach(entries, (entry) => prepareEntry(deps, entry));
  const routings = prepared.flatMap(({ result }) => (result.ok ? [result.value] : []));
  const decided = new Map((await decideEntries(deps, routings, pauseSwitch)).map(({ item, result }) => [item, result]));
  return mapConcurrently(prepared, async ({ item: { entry }, result }) => {
    if (!result.ok) return failedEntry(entry, entry.alertId, result.error);
    const routing = result.value;
    const decisions = decided.get(routing);
    if (decisions?.ok) return recordEntry(deps, { routing, decisions: decisions.value });
    return failedEntry(entry, routing.alert.id, decisions?.error);
  });
}
