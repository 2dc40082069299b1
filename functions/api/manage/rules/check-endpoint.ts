import type { Access } from '../../../contract/api-tokens.ts';
import type { EndpointPolicy } from '../../../ports.ts';
import { type ApiRefusal, invalid } from '../refusal.ts';
import { type BindIntegrationDeps, bindIntegration } from './bind-integration.ts';
import type { RuleInput } from './rule-input.ts';

export interface CheckEndpointDeps extends BindIntegrationDeps {
  endpoints: EndpointPolicy;
}

/**
 * Refuses a rule whose endpoint the call itself would refuse, by the same policy, and then one that its integration is
 * not for: no integration is bound to an address that is never called. Names are not resolved here.
 */
export async function checkEndpoint(
  deps: CheckEndpointDeps,
  config: RuleInput['config'],
  access: Access,
): Promise<ApiRefusal | undefined> {
  const isAgent = 'integrationId' in config;
  const message = deps.endpoints.refusal(config.endpoint, isAgent ? 'agent' : 'webhook');
  if (message !== undefined) return invalid([{ path: ['config', 'endpoint'], code: 'endpoint_not_allowed', message }]);
  return isAgent ? bindIntegration(deps, config, access) : undefined;
}
