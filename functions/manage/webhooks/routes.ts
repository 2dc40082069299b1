import { nothing } from '../fields.ts';
import { listWebhooks, type RelayDeps } from '../relay/relays.ts';
import { each, type Route, route, shown } from '../route.ts';
import { webhookView } from './webhook-view.ts';

export const webhookRoutes = (deps: RelayDeps): Route[] => [
  route({
    method: 'GET',
    path: '/relay/{relayId}/webhooks',
    envelope: 'webhooks',
    query: nothing,
    body: nothing,
    run: async ({ parameter }) => shown(await listWebhooks(deps, parameter('relayId')), each(webhookView)),
  }),
];
