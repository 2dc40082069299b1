import type { AppliedEntry } from '../../contract/catalogue.ts';
import type { Alert } from '../alert/alert.ts';
import type { BudgetScope } from '../rule/budget.ts';
import { holds } from '../rule/match.ts';
import type { AgentConfig } from '../rule/rule.ts';
import { type CatalogueEntry, optionNames } from './catalogue.ts';
import { placesFor } from './entry-index.ts';

/** What a session of an entry is started with, beside the config that holds for it. */
export interface EntryInForce {
  applied: AppliedEntry;
  /** Of its service: all rules that use the entry share it. */
  budget: BudgetScope;
}

/** The first entry that is for the alert. */
export function entryFor(entries: readonly CatalogueEntry[], alert: Alert, at: Date): CatalogueEntry | undefined {
  const isFor = ({ match }: CatalogueEntry) => match === undefined || holds(match, alert, at);
  for (const place of placesFor(entries, alert)) {
    const entry = entries[place];
    if (entry && isFor(entry)) return entry;
  }
  return undefined;
}

/** The config of a rule with what the entry says in its place. Commands are taken as they stand in the entry. */
export function configWith(config: AgentConfig, entry: CatalogueEntry): AgentConfig {
  const {
    integrationId = config.integrationId,
    endpoint = config.endpoint,
    openCodeModel = config.openCodeModel,
  } = entry;
  const options = Object.fromEntries(
    optionNames.flatMap((name) => (entry[name] === undefined ? [] : [[name, entry[name]]])),
  );
  return {
    ...config,
    ...{ integrationId, endpoint },
    ...(openCodeModel && { openCodeModel }),
    config: { ...config.config, ...options },
  };
}

/** What an execution says of the entry that it was started by. */
export const inForce = (version: number, entry: CatalogueEntry): EntryInForce => ({
  applied: {
    version,
    entry: entry.name,
    ...(entry.folder !== undefined && { folder: entry.folder }),
    ...(entry.baseRef !== undefined && { baseRef: entry.baseRef }),
    ...(entry.repository !== undefined && { repository: entry.repository }),
    ...(entry.channel !== undefined && { channel: entry.channel }),
  },
  budget: entryScopeOf(entry),
});

/** The budget of an entry, limited as it says, or not at all. */
export const entryScopeOf = ({ name, maxSessionsPerDay, maxCostUsdPerDay }: CatalogueEntry): BudgetScope => ({
  scope: `entry:${name}`,
  maxSessions: maxSessionsPerDay,
  maxCostUsd: maxCostUsdPerDay,
});

/** Why the two cannot go together; undefined where they can. */
export const conflictOf = (config: AgentConfig, { name, baseRef }: CatalogueEntry): string | undefined =>
  baseRef !== undefined && config.config?.workspace === 'shared'
    ? `entry "${name}" of the catalogue has a baseRef, which only a worktree can be set to: take "workspace": "shared" out of the rule`
    : undefined;
