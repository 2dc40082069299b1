import type { LintIssue } from '../../../contract/lint.ts';
import { type RelayRules, relayRulesReader } from '../../../decisions/relay-rules.ts';
import type {
  CatalogueStore,
  EndpointPolicy,
  IntegrationStore,
  RelayStore,
  RuleStore,
  WebhookStore,
} from '../../../ports.ts';
import { type ApiRefusal, notFound } from '../refusal.ts';
import { issuesOfServers, type LiveDeps } from './servers.ts';
import { issuesOfStored } from './stored.ts';

export interface StoredDeps {
  relays: Pick<RelayStore, 'get'>;
  rules: Pick<RuleStore, 'listByRelay'>;
  integrations: Pick<IntegrationStore, 'get'>;
  catalogue: Pick<CatalogueStore, 'current'>;
  webhooks: Pick<WebhookStore, 'listByRelay'>;
  endpoints: EndpointPolicy;
}
export type LintDeps = StoredDeps & LiveDeps;

/** Everything that is wrong with a relay; `live` also asks the servers of its rules. Changes nothing. */
export async function lint(
  deps: LintDeps,
  relayId: string,
  { live = false }: { live?: boolean | undefined },
): Promise<{ issues: LintIssue[] } | ApiRefusal> {
  if (!(await deps.relays.get(relayId))) return notFound('relay');
  const relayRules = await relayRulesReader(deps)(relayId);
  const [stored, ofServers] = await Promise.all([
    lintStored(deps, relayRules),
    live ? issuesOfServers(deps, relayRules) : [],
  ]);
  return { issues: [...stored, ...ofServers] };
}

/** What can be found without asking a server. */
export async function lintStored(deps: StoredDeps, relayRules: RelayRules): Promise<LintIssue[]> {
  const webhooks = await deps.webhooks.listByRelay(relayRules.relay.id);
  return issuesOfStored({
    ...relayRules,
    webhooks,
    endpoints: deps.endpoints,
  });
}
