import type { PauseSwitch } from '../domain/decision/pause-switch.ts';
import type { AlertStore, DecisionStore, ExecutionStopper, JobStore, RelayRunStarter, WebhookQueue } from '../ports.ts';
import { attemptEach, mapConcurrently } from './attempt.ts';
import { decideEntries } from './decide-entries.ts';
import { type EntryToRoute, prepareEntry } from './prepare-entry.ts';
import { failedEntry, type RoutedEntry, recordEntry } from './record-entry.ts';
import type { StartSessionsDeps } from './start-sessions.ts';

/** What preparing, deciding and recording take, side by side. */
export interface RouteWaveDeps extends StartSessionsDeps {
  alerts: AlertStore;
  decisions: Pick<DecisionStore, 'recordedReasons' | 'listByAlert' | 'record' | 'move'>;
  jobs: Pick<JobStore, 'get' | 'createOrGet' | 'markStarted' | 'finish'>;
  webhookCalls: WebhookQueue;
  relayRuns: RelayRunStarter;
  stopper: ExecutionStopper;
}

/**
 * Routes entries of different alerts: prepare → decide → record. One result for each entry; the failure of one stops no
 * other. Idempotent: a delivery that comes again does what is missing.
 */
export async function routeWave(
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
