import type { ReasonCode } from '../../contract/reason-codes.ts';
import { type StormTaskInput, stormLimits } from '../../contract/storm.ts';
import { type ClaimTitleDeps, claimTitle } from '../../decisions/claim-title.ts';
import { type RelayRulesDeps, readRelayRules } from '../../decisions/relay-rules.ts';
import { takeBudgets } from '../../decisions/take-budgets.ts';
import type { Alert } from '../../domain/alert/alert.ts';
import { dayOf } from '../../domain/decision/ledger.ts';
import { decideOpen } from '../../domain/decision/routing.ts';
import { executionInputOf } from '../../domain/job/execution-input.ts';
import type { Job } from '../../domain/job/job.ts';
import { jobIdOf } from '../../domain/job/job-id.ts';
import { promptOf } from '../../domain/prompt/prompt.ts';
import { budgetScopesOf, integrationLimitsOf, type StackBudget } from '../../domain/rule/budget.ts';
import type { Integration } from '../../domain/rule/integration.ts';
import type { Relay } from '../../domain/rule/relay.ts';
import type { AgentConfig, Rule } from '../../domain/rule/rule.ts';
import type { StormMember } from '../../domain/storm/storm.ts';
import { stormPromptOf } from '../../domain/storm/storm-digest.ts';
import type { AlertStore, Budgets, Clock, IncidentJobs, JobStore, Log, PauseSwitchStore } from '../../ports.ts';
import type { UnderWayDeps } from './under-way.ts';

export interface StormJobDeps extends RelayRulesDeps, ClaimTitleDeps, UnderWayDeps {
  jobs: Pick<JobStore, 'get' | 'list' | 'createOrGet' | 'finish'>;
  alerts: Pick<AlertStore, 'get'>;
  switch: Pick<PauseSwitchStore, 'read'>;
  incidentJobs: Pick<IncidentJobs, 'remember'>;
  budgets: Budgets;
  stackBudget: StackBudget;
  clock: Pick<Clock, 'now'>;
  log: Log;
}

export interface StormAlerts {
  /** What is not over, the most important first. */
  members: StormMember[];
  resolved: number;
  underWay: Job[];
}

type StartRefusal = { reason: ReasonCode; sentence: string };

/** The job of a storm, for the alert that stands for its cause so far; or why nothing may start. Idempotent. */
export async function stormJobOf(
  deps: StormJobDeps,
  input: StormTaskInput<'triageStorm'>,
  found: StormAlerts,
): Promise<{ job: Job } | { refusal: StartRefusal }> {
  const { storm } = input;
  const alerts = await readAlerts(deps, found.members, storm.stormId);
  const [alert] = alerts;
  if (!alert) throw new Error(`No alert of storm ${storm.stormId} can be read`);
  const ready = await readyFor(deps, input, alert);
  if ('reason' in ready) return { refusal: ready };
  const jobId = jobIdOf(storm.stormId, storm.rule.id);
  const now = deps.clock.now().toISOString();
  const scopes = budgetScopesOf({ ...ready, stack: deps.stackBudget });
  const usedUp = await takeBudgets(deps.budgets, scopes, dayOf(now), jobId);
  if (usedUp !== undefined) return { refusal: { reason: 'budget', sentence: usedUp } };

  const { relay, rule, config, integration } = ready;
  const { deliveryId, webhookId, format } = alert;
  const prompt = promptFor({ ...found, ...ready, alerts, alert, jobId });
  const executionInput = executionInputOf({
    ...{ jobId, alert, relay, rule, config, prompt, scopes, day: dayOf(now), reason: 'storm_triaged' },
    delivery: { deliveryId, webhookId, format },
    sentence: whyOf(storm, found.members.length, alert),
    storm: { id: storm.stormId, alerts: found.members.length },
    maxConcurrent: integrationLimitsOf(integration).maxConcurrentSessions,
  });
  const ids = { id: jobId, alertId: alert.id, relayId: relay.id, ruleId: rule.id, deliveryId };
  // Whoever has the title already goes on; nobody else is to begin on it beside this session. The job last: where it is, a
  // repeat finds everything done.
  await claimTitle(deps, { alert, relay, jobId });
  await deps.incidentJobs.remember(rule.id, alert.fingerprint, jobId);
  return { job: await deps.jobs.createOrGet({ ...ids, input: executionInput, prompt, createdAt: now }) };
}

interface Ready {
  relay: Relay;
  rule: Rule;
  config: AgentConfig;
  integration: Integration;
}

/** Relay, rule and integration as they are now; or why the rule does not act on the alert. */
async function readyFor(
  deps: StormJobDeps,
  { storm, isLate }: StormTaskInput<'triageStorm'>,
  alert: Alert,
): Promise<Ready | StartRefusal> {
  const { relay, rules, integrations, integrationIds } = await readRelayRules(deps, storm.relay.id);
  const rule = rules.find(({ id }) => id === storm.rule.id);
  if (!rule) return { reason: 'rule_disabled', sentence: 'The rule has been deleted.' };
  // A session waits for the end of a pause by itself, as long as a hold may last.
  const pauseSwitch = isLate ? await deps.switch.read() : undefined;
  const decided = decideOpen({ alert, relay, rule, integrationIds, at: deps.clock.now(), pauseSwitch });
  if (decided.kind === 'final') return { reason: decided.reason, sentence: decided.sentence };
  if (decided.action.type !== 'agent') return { reason: 'invalid_rule', sentence: 'The rule has no agent any more.' };
  const { config } = decided.action;
  const integration = integrations.get(config.integrationId);
  if (!integration) throw new Error(`Integration ${config.integrationId} is unknown`);
  return { relay, rule, config, integration };
}

/** Where of several alerts one only can be read, that one is investigated as if it had come alone. */
function promptFor(found: StormAlerts & Ready & { alerts: Alert[]; alert: Alert; jobId: string }): string {
  const { alerts, alert, members, resolved, underWay, relay, rule, config, jobId: seed } = found;
  const template = config.config?.promptTemplate;
  return alerts.length === 1 && members.length > 1
    ? promptOf({ alert, relayName: relay.name, ruleName: rule.name, template, seed })
    : stormPromptOf({ relayName: relay.name, members, resolved, alerts, underWay: underWay.map(seen), seed });
}

/** In full, as many as are shown. What cannot be read, twice, is left out: its summary is counted all the same. */
async function readAlerts({ alerts, log }: StormJobDeps, members: StormMember[], stormId: string): Promise<Alert[]> {
  const read = async ({ id: alertId }: StormMember): Promise<Alert | undefined> => {
    try {
      return await alerts.get(alertId).catch(() => alerts.get(alertId));
    } catch {
      log.warn('Alert of a storm cannot be read', { alertId, stormId });
      return undefined;
    }
  };
  const shown = await Promise.all(members.slice(0, stormLimits.digestAlerts).map(read));
  return shown.filter((alert) => alert !== undefined);
}

const seen = ({ id, alertId, finishedAt, session, input }: Job) => ({
  alertId,
  title: input.alert.title,
  jobId: id,
  isRunning: finishedAt === undefined,
  sessionUrl: session?.url,
});

const whyOf = ({ settings, rule }: StormTaskInput<'triageStorm'>['storm'], count: number, { id }: Alert): string =>
  `${count} alerts were held by rule "${rule.name}" (${settings.threshold} within ${settings.windowSeconds} s are a storm). One session ` +
  `finds their root cause; alert ${id} stands for it until then, by highest severity, then earliest.`;
