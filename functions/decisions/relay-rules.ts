import type { Integration } from '../domain/rule/integration.ts';
import type { Relay } from '../domain/rule/relay.ts';
import type { Rule } from '../domain/rule/rule.ts';
import { readConfig } from '../domain/rule/rule-config.ts';
import type { IntegrationStore, RelayStore, RuleStore } from '../ports.ts';

export interface RelayRulesDeps {
  relays: Pick<RelayStore, 'get'>;
  rules: Pick<RuleStore, 'listByRelay'>;
  integrations: Pick<IntegrationStore, 'get'>;
}

/** What all entries of a relay are routed by. */
export interface RelayRules {
  relay: Relay;
  rules: Rule[];
  /** Integrations that its rules name and that are there, by id. */
  integrations: ReadonlyMap<string, Integration>;
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

/** Throws where the relay is unknown. */
export async function readRelayRules(
  { relays, rules, integrations }: RelayRulesDeps,
  relayId: string,
): Promise<RelayRules> {
  const [relay, ofRelay] = await Promise.all([
    // Also a deleted one: it has no rules, and what it accepted before is stored.
    relays.get(relayId, { deleted: true }),
    rules.listByRelay(relayId),
  ]);
  if (!relay) throw new Error(`Relay ${relayId} is unknown`);
  const named = ofRelay.filter(({ enabled }) => enabled).map(readConfig);
  const ids = new Set(named.flatMap((read) => (read.ok ? [read.config.integrationId] : [])));
  const found = await Promise.all([...ids].map((id) => integrations.get(id)));
  const there = new Map(found.flatMap((each) => (each ? [[each.id, each] as const] : [])));
  return { relay, rules: ofRelay, integrations: there };
}
