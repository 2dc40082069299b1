import { jobView } from '../agents/job-view.ts';
import { nothing } from '../fields.ts';
import { each, type Route, route, shown } from '../route.ts';
import { alertView } from './alert-view.ts';
import { type AlertDeps, getAlert, listAgents } from './alerts.ts';

export const alertRoutes = (deps: AlertDeps): Route[] => [
  route({
    method: 'GET',
    path: '/alerts/{alertId}',
    envelope: 'alert',
    query: nothing,
    body: nothing,
    run: async ({ parameter }) => shown(await getAlert(deps, parameter('alertId')), alertView),
  }),
  route({
    method: 'GET',
    path: '/alerts/{alertId}/agents',
    envelope: 'jobs',
    query: nothing,
    body: nothing,
    run: async ({ parameter }) => shown(await listAgents(deps, parameter('alertId')), each(jobView)),
  }),
];
