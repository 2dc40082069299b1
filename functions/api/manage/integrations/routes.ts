import * as z from 'zod';
import { nothing, successSchema } from '../fields.ts';
import { type Route, route, shown } from '../route.ts';
import { integrationChange, integrationInput } from './integration-input.ts';
import { integrationView, integrationViewSchema } from './integration-view.ts';
import {
  createIntegration,
  deleteIntegration,
  getIntegration,
  type IntegrationDeps,
  updateIntegration,
} from './integrations.ts';

const integrationExample = {
  name: 'OpenCode, internal',
  provider: 'opencode',
  apiKey: 'the password of the server',
  metadata: { username: 'opencode' },
  externalKey: 'opencode-internal',
};

export const integrationRoutes = (deps: IntegrationDeps): Route[] => [
  route({
    method: 'POST',
    path: '/integrations',
    operation: 'createIntegration',
    summary: 'Stores the access to an OpenCode server, or updates the integration of the same external key.',
    needs: 'admin',
    envelope: 'integration',
    query: nothing,
    body: integrationInput,
    example: integrationExample,
    answer: integrationViewSchema,
    run: async ({ body, caller }) => shown(await createIntegration(deps, body, caller), integrationView),
  }),
  route({
    method: 'GET',
    path: '/integrations',
    operation: 'listIntegrations',
    summary: 'All integrations, oldest first, without their passwords.',
    shared: true,
    envelope: 'integrations',
    query: nothing,
    body: nothing,
    answer: z.array(integrationViewSchema),
    run: async () => (await deps.integrations.list()).map(integrationView),
  }),
  route({
    method: 'GET',
    path: '/integrations/{integrationId}',
    operation: 'getIntegration',
    summary: 'One integration, without its password.',
    shared: true,
    envelope: 'integration',
    query: nothing,
    body: nothing,
    answer: integrationViewSchema,
    run: async ({ parameter }) => shown(await getIntegration(deps, parameter('integrationId')), integrationView),
  }),
  route({
    method: 'PUT',
    path: '/integrations/{integrationId}',
    operation: 'updateIntegration',
    summary: 'Changes the fields that the body names; another user name needs the password again.',
    needs: 'admin',
    envelope: 'integration',
    query: nothing,
    body: integrationChange,
    example: { apiKey: 'the new password of the server' },
    answer: integrationViewSchema,
    run: async ({ parameter, body }) =>
      shown(await updateIntegration(deps, parameter('integrationId'), body), integrationView),
  }),
  route({
    method: 'DELETE',
    path: '/integrations/{integrationId}',
    operation: 'deleteIntegration',
    needs: 'admin',
    summary: 'Takes an integration and its password out; refused while a rule uses it.',
    query: nothing,
    body: nothing,
    answer: successSchema,
    run: ({ parameter }) => deleteIntegration(deps, parameter('integrationId')),
  }),
];
