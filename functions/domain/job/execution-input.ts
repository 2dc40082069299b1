import type { ExecutionInput } from '../../contract/execution.ts';
import { limits } from '../../contract/limits.ts';
import { type Alert, type DeliveryRef, deliveryRefOf } from '../alert/alert.ts';
import { redactAlert } from '../alert/redact-alert.ts';
import { shownTitle } from '../alert/shown-title.ts';
import { sessionLimitsOf } from '../rule/budget.ts';
import { permissionsOf } from '../rule/permissions.ts';
import type { Relay } from '../rule/relay.ts';
import { type AgentConfig, type Rule, serverAddress } from '../rule/rule.ts';
import { sha256 } from '../text/digest.ts';

export interface Start {
  jobId: string;
  /** The entry's delivery: who made the rule run now. For a run that a user asked for, the alert's own. */
  delivery: DeliveryRef;
  /** Name of the user who asked for this run. */
  user?: string;
  alert: Alert;
  relay: Pick<Relay, 'id' | 'name'>;
  rule: Rule;
  config: AgentConfig;
  /** Of the catalogue, where the rule asks it; the config has the rest of what it says. */
  applied?: ExecutionInput['catalogue'];
  /** Why now, for the auditor. */
  reason: ExecutionInput['why']['reason'];
  sentence: string;
  /** The storm whose cause the session is to find. */
  storm?: ExecutionInput['storm'];
  /** Budgets of the day that it counts for; none where there are no limits. */
  day: string;
  scopes: { scope: string }[];
  maxConcurrent: number | undefined;
  prompt: string;
}

/** Input of the execution, defaults applied: who, what and why. The prompt lies with the job; here is its digest. */
export function executionInputOf({
  jobId,
  delivery,
  user,
  alert,
  relay,
  rule,
  config,
  applied,
  reason,
  sentence,
  storm,
  day,
  scopes,
  maxConcurrent,
  prompt,
}: Start): ExecutionInput {
  const sessionLimits = sessionLimitsOf(config);
  const hasLimits = Object.values(sessionLimits).some((limit) => limit !== null);
  return {
    jobId,
    startedBy: {
      ...deliveryRefOf(delivery),
      strength: alert.strength ?? 'address',
      ...(user !== undefined && { user }),
    },
    alert: alertSummaryOf(redactAlert(alert, config.config?.redact)),
    relay: { id: relay.id, name: relay.name },
    rule: { id: rule.id, name: rule.name, version: rule.version, updatedBy: rule.updatedBy },
    why: { reason, sentence },
    ...(storm && { storm }),
    session: sessionOf(config),
    poll: pollOf(config),
    ...(hasLimits && { limits: sessionLimits }),
    ...verificationOf(config),
    ...(applied && { catalogue: applied }),
    ...(scopes.length > 0 && { budgets: { day, scopes: scopes.map(({ scope }) => scope) } }),
    ...(maxConcurrent !== undefined && { maxConcurrent }),
    prompt: { sha256: sha256(prompt), characters: prompt.length },
  };
}

/** What an auditor sees of an alert: no long text. */
export const alertSummaryOf = (alert: Alert): ExecutionInput['alert'] => ({
  id: alert.id,
  title: shownTitle(alert.title),
  severity: alert.severity,
  source: shownTitle(alert.source),
  fingerprint: alert.fingerprint,
  startsAt: alert.startsAt,
});

/** What a rule's config asks of its server, defaults applied. */
export function sessionOf({
  integrationId,
  endpoint,
  openCodeModel,
  config = {},
}: AgentConfig): ExecutionInput['session'] {
  return {
    integrationId,
    endpoint: serverAddress(endpoint),
    model: openCodeModel ?? null,
    agent: config.agent ?? null,
    directory: config.directory ?? null,
    workspace: config.workspace ?? 'worktree',
    keepWorkspace: config.keepWorkspace ?? false,
    resultScan: config.secretScan ?? 'withhold',
    permissions: permissionsOf(config.permissions),
  };
}

/** What a rule's config asks of the patch; nothing where it asks nothing. */
export function verificationOf({
  config = {},
}: AgentConfig): Pick<ExecutionInput, 'verify' | 'maxChanged' | 'agentVerdict'> {
  const { verify: checks, verifyRetries = 0, verifyRequired = false, maxChangedLines, maxChangedFiles } = config;
  const isLimited = maxChangedLines !== undefined || maxChangedFiles !== undefined;
  return {
    ...(checks && { verify: { checks, retries: verifyRetries, required: verifyRequired } }),
    ...(config.agentVerdict && { agentVerdict: true }),
    ...(isLimited && { maxChanged: { lines: maxChangedLines ?? null, files: maxChangedFiles ?? null } }),
  };
}

/** How a rule's config polls, defaults applied. */
export function pollOf({ pollInterval, maxPollAttempts, config }: AgentConfig): ExecutionInput['poll'] {
  const intervalMs = pollInterval ?? limits.pollIntervalMs.default;
  const most = config?.maxPollInterval;
  return {
    intervalMs,
    waitSeconds: Math.ceil(intervalMs / 1_000),
    ...(most !== undefined && { maxWaitSeconds: Math.ceil(most / 1_000) }),
    maxAttempts: maxPollAttempts ?? limits.maxPollAttempts.default,
  };
}
