import type { ReasonCode } from '../contract/reason-codes.ts';
import type { Alert } from '../domain/alert.ts';
import { alertOf, belongsTo, type Entry } from '../domain/delivered-entry.ts';
import { decide } from '../domain/routing.ts';
import type { AlertStore, DecisionStore } from '../ports.ts';
import { type FoundAlert, findAlert } from './find-alert.ts';
import type { RelayRules } from './relay-rules.ts';
import { type StartJobDeps, startJob } from './start-job.ts';

export interface RouteEntryDeps extends StartJobDeps {
  alerts: AlertStore;
  decisions: Pick<DecisionStore, 'record'>;
}

/** What happens while an entry is routed, for the metrics; told as it happens, so that a failure later loses nothing. */
export interface RoutingTally {
  decided(reason: ReasonCode): void;
  routed(): void;
}

/**
 * Stores the entry's alert, lets every rule of the relay decide and starts what they decide to start. Each step may be
 * repeated; the alert counts as routed once all of them are done.
 */
export async function routeEntry(
  deps: RouteEntryDeps,
  { relay, rules, integrationIds }: RelayRules,
  entry: Entry,
  tally: RoutingTally,
): Promise<void> {
  const { delivery, occurrence } = entry;
  const found = await findAlert(deps.alerts, entry);
  const alert = await (occurrence.status === 'firing' ? storeOpen : storeClosed)(deps.alerts, entry, found);
  for (const rule of rules) {
    const verdict = decide({ entry: occurrence.status, alert, relay, rule, integrationIds });
    const jobId =
      verdict.reason === 'started' ? await startJob(deps, { delivery, alert, relay, rule, ...verdict }) : undefined;
    const { reason, sentence } = verdict;
    const counted = await deps.decisions.record(
      {
        alertId: alert.id,
        relayId: relay.id,
        ruleId: rule.id,
        reason,
        sentence,
        ...(jobId !== undefined && { jobId }),
        lastAt: deps.clock.now().toISOString(),
        lastDeliveryId: delivery.deliveryId,
      },
      occurrence.status,
    );
    if (counted) tally.decided(reason);
  }
  if (alert.routedAt !== undefined) return;
  await deps.alerts.markRouted(alert.id, deps.clock.now().toISOString());
  tally.routed();
}

async function storeOpen(alerts: AlertStore, entry: Entry, { id, alert }: FoundAlert): Promise<Alert> {
  // Routed or closed: stored with everything that belongs to it.
  if (alert && (alert.routedAt !== undefined || alert.resolvedAt !== undefined)) return alert;
  const stored = alert ?? alertOf(entry, id);
  if (await alerts.create(stored)) return stored;
  // There already: its routing broke off, or runs beside this one.
  return alert ?? (await alerts.get(id)) ?? stored;
}

async function storeClosed(alerts: AlertStore, entry: Entry, { id, alert }: FoundAlert): Promise<Alert> {
  const { receivedAt, format } = entry.delivery;
  const closed = alertOf(entry, id);
  // Unknown: the firing entry comes later, or never. It will find the alert closed.
  if (!alert && (await alerts.create(closed))) return closed;
  const stored = alert ?? (await alerts.get(id)) ?? closed;
  if (stored.resolvedAt === undefined && belongsTo(entry, stored)) await alerts.resolve(id, receivedAt, format);
  return stored;
}
