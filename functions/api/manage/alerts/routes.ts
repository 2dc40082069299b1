import * as z from 'zod';
import { anyJobView, anyJobViewSchema } from '../agents/any-job-view.ts';
import { nothing, text } from '../fields.ts';
import { pageQuery, pageSchema } from '../page.ts';
import type { ResponderDeps } from '../responders/responders.ts';
import { someone } from '../responders/routes.ts';
import { each, type Route, route, shown } from '../route.ts';
import { alertView, alertViewSchema } from './alert-view.ts';
import {
  type AlertDeps,
  acknowledgeAlert,
  assignAlert,
  getAlert,
  listAgents,
  listAlerts,
  resolveAlert,
} from './alerts.ts';
import { fixContextView, fixContextViewSchema, getFixContext } from './fix-context.ts';

const lists = [
  ['/alerts', 'listAlerts', 'all', 'All alerts, newest first.'],
  ['/alerts/active', 'listActiveAlerts', 'active', 'Alerts that are not resolved, newest first.'],
  ['/alerts/resolved', 'listResolvedAlerts', 'resolved', 'Alerts that are resolved, newest first.'],
] as const;

const alertsPage = pageSchema('alerts', alertViewSchema);

export const alertRoutes = (deps: AlertDeps & ResponderDeps): Route[] => [
  ...lists.map(([path, operation, state, summary]) =>
    route({
      method: 'GET',
      path,
      operation,
      summary,
      shared: true,
      query: pageQuery,
      body: nothing,
      answer: alertsPage,
      run: async ({ query, access }) => {
        const { views, nextCursor } = await listAlerts(deps, state, { ...query, ...access }, alertView);
        return { alerts: views, nextCursor };
      },
    }),
  ),
  route({
    method: 'GET',
    path: '/alerts/{alertId}',
    operation: 'getAlert',
    summary: 'One alert.',
    envelope: 'alert',
    query: nothing,
    body: nothing,
    answer: alertViewSchema,
    run: async ({ parameter }) => shown(await getAlert(deps, parameter('alertId')), alertView),
  }),
  route({
    method: 'GET',
    path: '/alerts/{alertId}/agents',
    operation: 'listAlertAgents',
    summary: 'Agent jobs of an alert, oldest first: its sessions, and the storms that hold or held it.',
    envelope: 'jobs',
    query: nothing,
    body: nothing,
    answer: z.array(anyJobViewSchema),
    run: async ({ parameter }) => shown(await listAgents(deps, parameter('alertId')), each(anyJobView)),
  }),
  route({
    method: 'GET',
    path: '/alerts/{alertId}/notifications',
    operation: 'listAlertNotifications',
    summary: 'Always empty: this system notifies nobody. Subscribe to the event "OpenCode session finished" instead.',
    envelope: 'notifications',
    query: nothing,
    body: nothing,
    answer: z.array(z.never()),
    run: async ({ parameter }) => shown(await getAlert(deps, parameter('alertId')), () => []),
  }),
  route({
    method: 'GET',
    path: '/alerts/{alertId}/fix-context',
    operation: 'getFixContext',
    summary: 'An alert with everything that whoever takes it over needs, and what to do next.',
    envelope: 'fixContext',
    query: nothing,
    body: nothing,
    answer: fixContextViewSchema,
    run: async ({ parameter }) => shown(await getFixContext(deps, parameter('alertId')), fixContextView),
  }),
  route({
    method: 'POST',
    path: '/alerts/{alertId}/acknowledge',
    operation: 'acknowledgeAlert',
    summary: 'Acknowledges an alert for a member, or the caller, without adding a responder. The first one stands.',
    envelope: 'alert',
    query: nothing,
    body: someone,
    example: {},
    answer: alertViewSchema,
    run: async ({ parameter, body: { userId }, caller }) =>
      shown(await acknowledgeAlert(deps, parameter('alertId'), { userId, caller }), alertView),
  }),
  route({
    method: 'POST',
    path: '/alerts/{alertId}/assign',
    operation: 'assignAlert',
    summary: 'Assigns an alert to a member.',
    envelope: 'alert',
    query: nothing,
    body: z.strictObject({ userId: text() }),
    example: { userId: 'admin' },
    answer: alertViewSchema,
    run: async ({ parameter, body: { userId }, caller }) =>
      shown(await assignAlert(deps, parameter('alertId'), { userId, caller }), alertView),
  }),
  route({
    method: 'POST',
    path: '/alerts/{alertId}/resolve',
    operation: 'resolveAlert',
    summary: 'Closes an alert; rules with onResolve "stop" have their sessions stopped. Repeated, it changes nothing.',
    envelope: 'alert',
    query: nothing,
    body: nothing,
    answer: alertViewSchema,
    run: async ({ parameter, caller }) => shown(await resolveAlert(deps, parameter('alertId'), caller), alertView),
  }),
];
