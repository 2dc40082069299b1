import type { ReasonCode } from '../contract/reason-codes.ts';
import type { Entry } from '../domain/delivered-entry.ts';
import { decide } from '../domain/routing.ts';
import type { Rule } from '../domain/rule.ts';
import type { AlertStore, DecisionStore } from '../ports.ts';
import { findAlert } from './find-alert.ts';
import type { RelayRules } from './relay-rules.ts';
import { type StartJobDeps, startJob } from './start-job.ts';
import { type StopOnResolveDeps, stopOnResolve, stopsOnResolve } from './stop-on-resolve.ts';
import { storeEntry } from './store-entry.ts';

export interface RouteEntryDeps extends StartJobDeps, StopOnResolveDeps {
  jobs: StartJobDeps['jobs'] & StopOnResolveDeps['jobs'];
  alerts: AlertStore;
  decisions: Pick<DecisionStore, 'record'>;
}

/** What happens while an entry is routed, for the metrics; told as it happens, so that a failure later loses nothing. */
export interface RoutingTally {
  decided(reason: ReasonCode): void;
  routed(): void;
}

/**
 * Stores the entry's alert, lets every rule of the relay decide, and starts and stops what they decide. Each step may be
 * repeated; the alert counts as routed once all of them are done for a firing or resolved entry.
 */
export async function routeEntry(
  deps: RouteEntryDeps,
  { relay, rules, integrationIds }: RelayRules,
  entry: Entry,
  tally: RoutingTally,
): Promise<void> {
  const { delivery, occurrence } = entry;
  const found = await findAlert(deps.alerts, entry);
  const alert = await storeEntry(deps.alerts, entry, found);
  // Whatever the entry: a firing one may come again whose start and the resolution crossed.
  if (alert.resolvedAt !== undefined) await stopOnResolve(deps, alert, rules);
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
    if (jobId !== undefined && stopsOnResolve(rule)) await stopIfResolvedMeanwhile(deps, alert.id, rule);
  }
  // What came before the firing entry leaves the routing to it.
  if (alert.routedAt !== undefined || !(occurrence.status === 'firing' || occurrence.status === 'resolved')) return;
  await deps.alerts.markRouted(alert.id, deps.clock.now().toISOString());
  tally.routed();
}

/** A resolved entry that was routed beside this one may have found no job yet. One of the two sees the other. */
async function stopIfResolvedMeanwhile(deps: RouteEntryDeps, alertId: string, rule: Rule): Promise<void> {
  const now = await deps.alerts.get(alertId);
  if (now?.resolvedAt !== undefined) await stopOnResolve(deps, now, [rule]);
}
