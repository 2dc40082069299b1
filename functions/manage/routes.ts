import type { AlertDeps } from './alerts/alerts.ts';
import { alertRoutes } from './alerts/routes.ts';
import type { IntegrationDeps } from './integrations/integrations.ts';
import { integrationRoutes } from './integrations/routes.ts';
import type { RelayDeps } from './relay/relays.ts';
import { relayRoutes } from './relay/routes.ts';
import type { Route } from './route.ts';
import { ruleRoutes } from './rules/routes.ts';
import type { RuleDeps } from './rules/rules.ts';
import { webhookRoutes } from './webhooks/routes.ts';

export type ManageDeps = IntegrationDeps & RelayDeps & RuleDeps & AlertDeps;

/** The table of the management API, below `/v0`. Envelopes and paths are those of the SDK. */
export const createRoutes = (deps: ManageDeps): Route[] => [
  ...integrationRoutes(deps),
  ...relayRoutes(deps),
  ...webhookRoutes(deps),
  ...ruleRoutes(deps),
  ...alertRoutes(deps),
];
