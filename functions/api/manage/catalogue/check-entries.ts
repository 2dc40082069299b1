import type { ApiIssue } from '../../../contract/api.ts';
import type { CatalogueEntry } from '../../../domain/catalogue/catalogue.ts';
import type { Integration } from '../../../domain/rule/integration.ts';
import type { EndpointPolicy, IntegrationStore } from '../../../ports.ts';

export interface CheckEntriesDeps {
  integrations: Pick<IntegrationStore, 'get'>;
  endpoints: EndpointPolicy;
}

/**
 * Entries whose sessions could never start: the endpoint is one that calls refuse, or not one that the password of its
 * integration may go to. No entry binds an integration: one that has no origins yet is refused.
 */
export async function endpointIssues(deps: CheckEntriesDeps, entries: readonly CatalogueEntry[]): Promise<ApiIssue[]> {
  const ids = [...new Set(entries.flatMap(({ integrationId }) => integrationId ?? []))];
  const found = await Promise.all(ids.map(async (id) => [id, await deps.integrations.get(id)] as const));
  const integrations = new Map(found);
  return entries.flatMap(({ endpoint, integrationId }, index): ApiIssue[] => {
    if (endpoint === undefined || integrationId === undefined) return [];
    const at = (field: string, code: string, message: string) => [{ path: ['entries', index, field], code, message }];
    const refusal = deps.endpoints.refusal(endpoint, 'agent');
    if (refusal !== undefined) return at('endpoint', 'endpoint_not_allowed', refusal);
    const integration = integrations.get(integrationId);
    if (!integration) return at('integrationId', 'unknown_integration', unknownIntegration);
    const problem = originProblem(integration, new URL(endpoint).origin);
    return problem === undefined ? [] : at('endpoint', 'endpoint_refused', problem);
  });
}

const unknownIntegration = 'names no integration. Create it first, or look it up in the list of integrations.';

/** Why the password may not go there; undefined where it may. */
function originProblem({ binding }: Pick<Integration, 'binding'>, origin: string): string | undefined {
  if (!binding) {
    return `is that of an integration that is bound to no origin, and no entry binds one. Have its owner name ${origin} in its metadata.origins, together with its apiKey.`;
  }
  if (binding.origins.includes(origin)) return undefined;
  return (
    `is not where the password of its integration may go: that is bound to ${binding.origins.join(', ')}. Use one of these, ` +
    'or have its owner name the origin in its metadata.origins, together with its apiKey.'
  );
}
