import { type StopOnResolveDeps, stopOnResolve } from '../../../decisions/stop-on-resolve.ts';
import type { Alert } from '../../../domain/alert/alert.ts';
import type { AlertQueries, Clock, JobStore, RuleStore } from '../../../ports.ts';
import type { AnyJob } from '../agents/any-job.ts';
import { type WorkDeps, workOn } from '../agents/work.ts';
import { type MemberDeps, refuseStranger } from '../members/members.ts';
import { expectedRows, type Page, type PageOf, takePage } from '../page.ts';
import { ApiRefusal, notFound } from '../refusal.ts';

export interface AlertDeps extends MemberDeps, StopOnResolveDeps, WorkDeps {
  alerts: AlertQueries;
  jobs: Pick<JobStore, 'list' | 'get'>;
  rules: Pick<RuleStore, 'listByRelay'>;
  clock: Pick<Clock, 'now'>;
}

/** Who is meant, and who asks: the caller where nobody is named. */
export interface Named {
  userId: string | undefined;
  caller: string;
}

export function listAlerts<View>(
  { alerts }: AlertDeps,
  state: 'all' | 'active' | 'resolved',
  query: PageOf,
  view: (alert: Alert) => View,
): Promise<Page<View>> {
  const rows = alerts.listNewest(state, { before: query.cursor, expected: expectedRows(query) });
  return takePage(rows, query, view);
}

export async function getAlert({ alerts }: Pick<AlertDeps, 'alerts'>, id: string): Promise<Alert | ApiRefusal> {
  return (await alerts.get(id)) ?? notFound('alert');
}

/** Sessions that look at an alert, and storms that hold it or held it, oldest first. */
export async function listAgents(deps: AlertDeps, alertId: string): Promise<AnyJob[] | ApiRefusal> {
  const alert = await deps.alerts.get(alertId);
  if (!alert) return notFound('alert');
  const { jobs, storms } = await workOn(deps, alert);
  return [...storms, ...jobs].sort((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
}

/** The first acknowledgement is kept. */
export async function acknowledgeAlert(deps: AlertDeps, id: string, named: Named): Promise<Alert | ApiRefusal> {
  return forMember(deps, id, named, async (userId) => {
    await deps.alerts.acknowledge(id, deps.clock.now().toISOString(), userId);
  });
}

export async function assignAlert(deps: AlertDeps, id: string, named: Named): Promise<Alert | ApiRefusal> {
  return forMember(deps, id, named, (userId) => deps.alerts.assign(id, deps.clock.now().toISOString(), userId));
}

/**
 * Closes an alert as its monitoring system would: what comes of it later is a repeat of a closed alert, and sessions of
 * rules with `onResolve: "stop"` are stopped. A repeat changes nothing, and stops what the first attempt did not get
 * to.
 */
export async function resolveAlert(deps: AlertDeps, id: string, caller: string): Promise<Alert | ApiRefusal> {
  const alert = await deps.alerts.get(id);
  if (!alert) return notFound('alert');
  if (alert.resolvedAt === undefined) await deps.alerts.resolveByUser(id, deps.clock.now().toISOString(), caller);
  await stopOnResolve(deps, alert, await deps.rules.listByRelay(alert.relayId));
  return getAlert(deps, id);
}

async function forMember(
  deps: AlertDeps,
  id: string,
  { userId, caller }: Named,
  change: (userId: string) => Promise<void>,
): Promise<Alert | ApiRefusal> {
  if (!(await deps.alerts.get(id))) return notFound('alert');
  const who = userId ?? caller;
  const stranger = await refuseStranger(deps, who, caller);
  if (stranger instanceof ApiRefusal) return stranger;
  await change(who);
  return getAlert(deps, id);
}
