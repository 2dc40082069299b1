import type { AlertQueries, ResponderStore } from './alerts.ts';
import type { IntegrationStore, RelayStore, RuleStore, WebhookStore } from './management.ts';
import type { CatalogueStore, PauseSwitchStore } from './routing.ts';
import type { JobStore, RepositoryGuards } from './sessions.ts';

/**
 * The methods of the audited ports that only read. Every other one is a change and goes into the audit log, also one
 * that is added later.
 */
export const reads = {
  relays: ['get', 'list'],
  webhooks: ['get', 'findByKey', 'listByRelay'],
  rules: ['get', 'listByRelay'],
  integrations: ['get', 'list'],
  alerts: ['get', 'listNewest'],
  responders: ['listByAlert'],
  jobs: ['get', 'list', 'getProgress', 'listNewest'],
  guards: ['read'],
  switch: ['read'],
  catalogue: ['current', 'get'],
} as const satisfies {
  relays: readonly (keyof RelayStore)[];
  webhooks: readonly (keyof WebhookStore)[];
  rules: readonly (keyof RuleStore)[];
  integrations: readonly (keyof IntegrationStore)[];
  alerts: readonly (keyof AlertQueries)[];
  responders: readonly (keyof ResponderStore)[];
  jobs: readonly (keyof JobStore)[];
  guards: readonly (keyof RepositoryGuards)[];
  switch: readonly (keyof PauseSwitchStore)[];
  catalogue: readonly (keyof CatalogueStore)[];
};
