import { type Catalogue, entriesOf } from '../domain/catalogue/catalogue.ts';
import { asksCatalogue } from '../domain/decision/choose-entry.ts';
import type { Integration } from '../domain/rule/integration.ts';
import type { Relay } from '../domain/rule/relay.ts';
import type { Rule } from '../domain/rule/rule.ts';
import { readConfig } from '../domain/rule/rule-config.ts';
import type { CatalogueStore, IntegrationStore, RelayStore, RuleStore } from '../ports.ts';

export interface RelayRulesDeps {
  relays: Pick<RelayStore, 'get'>;
  rules: Pick<RuleStore, 'listByRelay'>;
  integrations: Pick<IntegrationStore, 'get'>;
  catalogue: Pick<CatalogueStore, 'current'>;
}

/** What all entries of a relay are routed by. */
export interface RelayRules {
  relay: Relay;
  rules: Rule[];
  /** Integrations that its rules, and the catalogue that these ask, name and that are there, by id. */
  integrations: ReadonlyMap<string, Integration>;
  /** Undefined: no rule that is switched on asks it, or none was stored. */
  catalogue: Catalogue | undefined;
}

/** Reads each relay once, so that a storm costs one read and all entries of a batch meet the same rules. */
export function relayRulesReader(deps: RelayRulesDeps): (relayId: string) => Promise<RelayRules> {
  const readings = new Map<string, Promise<RelayRules>>();
  return (relayId) => {
    const reading = readings.get(relayId) ?? readRelayRules(deps, relayId);
    readings.set(relayId, reading);
    return reading;
  };
}

/** Throws where the relay is unknown. The catalogue is read for rules that ask it, and for no others. */
export async function readRelayRules(deps: RelayRulesDeps, relayId: string): Promise<RelayRules> {
  const [relay, rules] = await Promise.all([
    // Also a deleted one: it has no rules, and what it accepted before is stored.
    deps.relays.get(relayId, { deleted: true }),
    deps.rules.listByRelay(relayId),
  ]);
  if (!relay) throw new Error(`Relay ${relayId} is unknown`);
  return { relay, rules, ...(await readNamed(deps, rules)) };
}

/** What the rules that are switched on name. */
export async function readNamed(
  deps: Pick<RelayRulesDeps, 'integrations' | 'catalogue'>,
  rules: Rule[],
): Promise<Pick<RelayRules, 'integrations' | 'catalogue'>> {
  const configs = rules
    .filter(({ enabled }) => enabled)
    .flatMap((rule) => {
      const read = readConfig(rule);
      return read.ok ? [read.config] : [];
    });
  const catalogue = configs.some(asksCatalogue) ? await deps.catalogue.current() : undefined;
  const ofEntries = entriesOf(catalogue).flatMap(({ integrationId }) => integrationId ?? []);
  const ids = new Set([...configs.map(({ integrationId }) => integrationId), ...ofEntries]);
  const found = await Promise.all([...ids].map((id) => deps.integrations.get(id)));
  const integrations = new Map(found.flatMap((each) => (each ? [[each.id, each] as const] : [])));
  return { integrations, catalogue };
}
