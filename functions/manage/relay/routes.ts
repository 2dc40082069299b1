import { nothing } from '../fields.ts';
import { type Route, route } from '../route.ts';
import { relayView } from './relay-view.ts';
import { createRelay, type RelayDeps, relayInput } from './relays.ts';

export const relayRoutes = (deps: RelayDeps): Route[] => [
  route({
    method: 'POST',
    path: '/relay',
    envelope: 'relay',
    query: nothing,
    body: relayInput,
    run: async ({ body, caller }) => relayView(await createRelay(deps, body, caller)),
  }),
  route({
    method: 'GET',
    path: '/relay',
    envelope: 'relays',
    query: nothing,
    body: nothing,
    run: async () => (await deps.relays.list()).map(relayView),
  }),
];
