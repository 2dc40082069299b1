import type { ReasonCode } from '../contract/reason-codes.ts';
import type { Entry } from '../domain/delivered-entry.ts';
import { jobIdOf } from '../domain/job-id.ts';
import { decide } from '../domain/routing.ts';
import type { Rule } from '../domain/rule.ts';
import type { AlertStore, DecisionStore } from '../ports.ts';
import { type CancelJobDeps, stopOrSettle } from './cancel-job.ts';
import { findAlert } from './find-alert.ts';
import type { RelayRules } from './relay-rules.ts';
import { cancelledBeforeStart, type StartJobDeps, startJob } from './start-job.ts';
import { type StopOnResolveDeps, stopOnResolve, stopsOnResolve } from './stop-on-resolve.ts';
import { storeEntry } from './store-entry.ts';

export interface RouteEntryDeps extends StartJobDeps, StopOnResolveDeps, CancelJobDeps {
  jobs: StartJobDeps['jobs'] & StopOnResolveDeps['jobs'] & CancelJobDeps['jobs'];
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
  // What came before the firing entry leaves the routing to it.
  const routes = alert.routedAt === undefined && (occurrence.status === 'firing' || occurrence.status === 'resolved');
  for (const rule of rules) {
    const verdict = decide({ entry: occurrence.status, alert, relay, rule, integrationIds });
    const { reason } = verdict;
    const job =
      verdict.reason === 'started' ? await startJob(deps, { delivery, alert, relay, rule, ...verdict }) : undefined;
    // Of an alert that is new, no routing before this one can have left a job behind.
    if (!job && routes && found.alert) await cancelUnstarted(deps, jobIdOf(alert.id, rule.id), verdict.sentence);
    const cancelled = job !== undefined && cancelledBeforeStart(job);
    const sentence = cancelled ? `${verdict.sentence} The job was cancelled before it started.` : verdict.sentence;
    const counted = await deps.decisions.record(
      {
        alertId: alert.id,
        relayId: relay.id,
        ruleId: rule.id,
        reason,
        sentence,
        ...(job && { jobId: job.id }),
        lastAt: deps.clock.now().toISOString(),
        lastDeliveryId: delivery.deliveryId,
      },
      occurrence.status,
    );
    if (counted) tally.decided(reason);
    if (job && stopsOnResolve(rule)) await stopIfResolvedMeanwhile(deps, alert.id, rule);
  }
  if (!routes) return;
  await deps.alerts.markRouted(alert.id, deps.clock.now().toISOString());
  tally.routed();
}

/** A routing that broke off may have left a job without an execution; after this one nothing starts it any more. */
async function cancelUnstarted(deps: RouteEntryDeps, jobId: string, cause: string): Promise<void> {
  const job = await deps.jobs.get(jobId);
  if (!job || job.settledAt !== undefined || job.executionArn !== undefined || job.session) return;
  await stopOrSettle(deps, job, cause);
}

/** A resolved entry that was routed beside this one may have found no job yet. One of the two sees the other. */
async function stopIfResolvedMeanwhile(deps: RouteEntryDeps, alertId: string, rule: Rule): Promise<void> {
  const now = await deps.alerts.get(alertId);
  if (now?.resolvedAt !== undefined) await stopOnResolve(deps, now, [rule]);
}
