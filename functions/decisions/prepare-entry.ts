import type { Alert } from '../domain/alert/alert.ts';
import { alertOf, type DeliveredEntry } from '../domain/alert/delivered-entry.ts';
import type { AlertStore, DecisionStore } from '../ports.ts';
import { type EntryRouting, entryName, mayAct } from './entry-routing.ts';
import { findAlert } from './find-alert.ts';
import { NewAlert } from './new-alert.ts';
import { type NewsDeps, newsOf } from './news.ts';
import type { RelayRules } from './relay-rules.ts';
import { dueRetries, type RetryDeps } from './retries.ts';
import { type StopOnResolveDeps, stopOnResolve } from './stop-on-resolve.ts';
import { storeEntry } from './store-entry.ts';

interface PrepareDeps extends StopOnResolveDeps, NewsDeps, RetryDeps {
  alerts: AlertStore;
  decisions: Pick<DecisionStore, 'recordedReasons'> & NewsDeps['decisions'];
  jobs: StopOnResolveDeps['jobs'] & RetryDeps['jobs'];
}

/** An entry, and the rules that it is routed by. */
export interface EntryToRoute {
  entry: DeliveredEntry;
  relayRules: RelayRules;
}

/**
 * Finds the entry's alert, stores what it says of one that is there, and looks up what an interrupted attempt has
 * recorded for it. Idempotent.
 */
export async function prepareEntry(deps: PrepareDeps, { entry, relayRules }: EntryToRoute): Promise<EntryRouting> {
  const found = await findAlert(deps.alerts, entry);
  const nothing = { entry, relayRules, routes: false, recordedReasons: new Map() };
  if (entry.delivery.repeatOf !== undefined) return { ...nothing, alert: found.alert ?? alertOf(entry, found.id) };

  const { alert, isNew } = await storeEntry(deps.alerts, entry, found);
  // Whatever the entry: a firing one may come again whose start and the resolution crossed.
  if (alert.resolvedAt !== undefined && !isNew) await stopOnResolve(deps, alert, relayRules.rules);
  const { status } = entry.occurrence;
  // What came before the firing entry leaves the routing to it.
  const routes = alert.routedAt === undefined && (status === 'firing' || status === 'resolved');
  const news = isNew ? undefined : await newsOf(deps, entry, alert, relayRules);
  const retries = isRepeat(entry, alert) ? await dueRetries(deps, news?.alert ?? alert, relayRules) : undefined;
  const fresh = isNew ? new NewAlert(alert) : undefined;
  const routing = { ...nothing, alert: news?.alert ?? alert, fresh, routes, news, retries };
  if (fresh || (!mayAct(routing) && !news?.rules.size && !retries?.size)) return routing;
  const recordedReasons = await deps.decisions.recordedReasons(
    alert.id,
    entry.delivery.deliveryId,
    entryName(entry, alert),
  );
  return { ...routing, recordedReasons };
}

/** The sender says once more that an alert fires which was routed. */
const isRepeat = ({ occurrence }: DeliveredEntry, { routedAt, resolvedAt }: Alert): boolean =>
  occurrence.status === 'firing' && routedAt !== undefined && resolvedAt === undefined;
