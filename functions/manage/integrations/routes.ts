import { nothing } from '../fields.ts';
import { type Route, route, shown } from '../route.ts';
import { integrationView } from './integration-view.ts';
import { createIntegration, getIntegration, type IntegrationDeps, integrationInput } from './integrations.ts';

export const integrationRoutes = (deps: IntegrationDeps): Route[] => [
  route({
    method: 'POST',
    path: '/integrations',
    envelope: 'integration',
    query: nothing,
    body: integrationInput,
    run: async ({ body, caller }) => integrationView(await createIntegration(deps, body, caller)),
  }),
  route({
    method: 'GET',
    path: '/integrations',
    envelope: 'integrations',
    query: nothing,
    body: nothing,
    run: async () => (await deps.integrations.list()).map(integrationView),
  }),
  route({
    method: 'GET',
    path: '/integrations/{integrationId}',
    envelope: 'integration',
    query: nothing,
    body: nothing,
    run: async ({ parameter }) => shown(await getIntegration(deps, parameter('integrationId')), integrationView),
  }),
];
