import type { AlertStore } from '../ports.ts';
import type { EntryRouting } from './entry-routing.ts';
import { findAlert } from './find-alert.ts';
import { type StopOnResolveDeps, stopOnResolve } from './stop-on-resolve.ts';
import { storeEntry } from './store-entry.ts';

export interface PrepareDeps extends StopOnResolveDeps {
  alerts: AlertStore;
}

/** Finds and stores the entry's alert, and notes it in the passage. Each step may be repeated. */
export async function prepareEntry(deps: PrepareDeps, routing: EntryRouting): Promise<void> {
  const { entry, relayRules } = routing;
  const found = await findAlert(deps.alerts, entry);
  if (entry.delivery.repeatOf !== undefined) {
    routing.alert = found.alert ?? { ...routing.alert, id: found.id };
    return;
  }
  const { alert, isNew } = await storeEntry(deps.alerts, entry, found);
  // Whatever the entry: a firing one may come again whose start and the resolution crossed.
  if (alert.resolvedAt !== undefined && !isNew) await stopOnResolve(deps, alert, relayRules.rules);
  const { status } = entry.occurrence;
  routing.alert = alert;
  routing.isNew = isNew;
  // What came before the firing entry leaves the routing to it.
  routing.routes = alert.routedAt === undefined && (status === 'firing' || status === 'resolved');
}
