import { guarded } from './access.ts';
import type { AcceptRepositoryDeps } from './agents/accept-repository.ts';
import type { JobDeps } from './agents/jobs.ts';
import type { ReportDeps } from './agents/report.ts';
import { agentRoutes } from './agents/routes.ts';
import type { RunRuleDeps } from './agents/run-rule.ts';
import type { AlertDeps } from './alerts/alerts.ts';
import { alertRoutes } from './alerts/routes.ts';
import type { BudgetDeps } from './budgets/budgets.ts';
import { budgetRoutes } from './budgets/routes.ts';
import type { CatalogueDeps } from './catalogue/catalogue.ts';
import { catalogueRoutes } from './catalogue/routes.ts';
import type { EraseDeps } from './erase/erase.ts';
import { eraseRoutes } from './erase/routes.ts';
import { type ExplainDeps, explainRoutes } from './explain/routes.ts';
import type { FailedDeps } from './failed/failed.ts';
import { failedRoutes } from './failed/routes.ts';
import type { IntegrationDeps } from './integrations/integrations.ts';
import { integrationRoutes } from './integrations/routes.ts';
import { type LedgerDeps, ledgerRoutes } from './ledger/routes.ts';
import type { LintDeps } from './lint/lint.ts';
import { lintRoutes } from './lint/routes.ts';
import type { MemberDeps } from './members/members.ts';
import { memberRoutes } from './members/routes.ts';
import { onCallRoutes } from './on-call/routes.ts';
import { openApiRoutes } from './openapi/routes.ts';
import type { RelayDeps } from './relay/relays.ts';
import { relayRoutes } from './relay/routes.ts';
import type { ReplayDeps } from './replay/replay.ts';
import { replayRoutes } from './replay/routes.ts';
import type { ResponderDeps } from './responders/responders.ts';
import { responderRoutes } from './responders/routes.ts';
import type { Route } from './route.ts';
import { ruleRoutes } from './rules/routes.ts';
import type { RuleDeps } from './rules/rules.ts';
import { simulateRoutes } from './simulate/routes.ts';
import type { SimulateDeps } from './simulate/simulate.ts';
import { switchRoutes } from './switch/routes.ts';
import type { SwitchDeps } from './switch/switch.ts';
import { webhookRoutes } from './webhooks/routes.ts';
import type { WebhookDeps } from './webhooks/webhooks.ts';

export type ManageDeps = IntegrationDeps &
  RelayDeps &
  RuleDeps &
  WebhookDeps &
  AlertDeps &
  CatalogueDeps &
  ResponderDeps &
  MemberDeps &
  LintDeps &
  SimulateDeps &
  ReplayDeps &
  JobDeps &
  ReportDeps &
  AcceptRepositoryDeps &
  RunRuleDeps &
  EraseDeps &
  ExplainDeps &
  LedgerDeps &
  BudgetDeps &
  FailedDeps &
  SwitchDeps;

/**
 * The table of the management API, below `/v0`, each route closed to those who may not use it. Envelopes and paths are
 * those of the SDK.
 */
export const createRoutes = (deps: ManageDeps): Route[] => {
  const routes = [
    ...integrationRoutes(deps),
    ...relayRoutes(deps),
    ...webhookRoutes(deps),
    ...ruleRoutes(deps),
    ...catalogueRoutes(deps),
    ...lintRoutes(deps),
    ...simulateRoutes(deps),
    ...replayRoutes(deps),
    ...alertRoutes(deps),
    ...responderRoutes(deps),
    ...memberRoutes(deps),
    ...onCallRoutes(),
    ...agentRoutes(deps),
    ...eraseRoutes(deps),
    ...explainRoutes(deps),
    ...ledgerRoutes(deps),
    ...budgetRoutes(deps),
    ...switchRoutes(deps),
    ...failedRoutes(deps),
  ];
  return [...routes, ...openApiRoutes(routes)].map((route) => guarded(deps, route));
};
