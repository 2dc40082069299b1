import type { Access } from '../../../contract/api-tokens.ts';
import type { Binding } from '../../../domain/rule/integration.ts';
import type { AgentConfig } from '../../../domain/rule/rule.ts';
import type { IntegrationStore } from '../../../ports.ts';
import { type ApiRefusal, invalid } from '../refusal.ts';

export interface BindIntegrationDeps {
  integrations: Pick<IntegrationStore, 'get' | 'bindFirst'>;
}

/**
 * Refuses a rule whose sessions could never start while a person is looking: its integration is not there, or its
 * password is not for the rule's endpoint. An integration without origins is bound to the endpoint of the first rule,
 * which its answer and lint show, unless the token is for one relay alone, which changes no integration. No rule adds
 * an origin.
 */
export async function bindIntegration(
  { integrations }: BindIntegrationDeps,
  { agentType, integrationId, endpoint }: AgentConfig,
  { relayId }: Access,
): Promise<ApiRefusal | undefined> {
  const integration = await integrations.get(integrationId);
  if (integration?.provider !== agentType) return unknownIntegration(integration?.provider, agentType);
  const { origin } = new URL(endpoint);
  if (integration.binding) return endpointProblem(integration.binding, origin);
  if (relayId !== null) return unboundIntegration;
  const binding = await integrations.bindFirst(integrationId, origin);
  return binding ? endpointProblem(binding, origin) : unknownIntegration(undefined, agentType);
}

function endpointProblem({ origins }: Binding, origin: string): ApiRefusal | undefined {
  if (origins.includes(origin)) return undefined;
  const message =
    `is not where the password of the integration may go: it is bound to ${origins.join(', ')}. Use one of these, or have the ` +
    'owner of the integration name the origin in its metadata.origins, together with its apiKey.';
  return invalid([{ path: ['config', 'endpoint'], code: 'endpoint_refused', message }]);
}

const unboundIntegration = invalid([
  {
    path: ['config', 'integrationId'],
    code: 'unbound_integration',
    message:
      'names an integration that is not bound to any origin, and the token of a relay binds none: have its owner name metadata.origins.',
  },
]);

function unknownIntegration(provider: string | undefined, agentType: string): ApiRefusal {
  const message =
    provider === undefined
      ? 'names no integration. Create it first, or look it up in the list of integrations.'
      : `is an integration of provider ${provider}; the agent needs one of ${agentType}.`;
  return invalid([{ path: ['config', 'integrationId'], code: 'unknown_integration', message }]);
}
