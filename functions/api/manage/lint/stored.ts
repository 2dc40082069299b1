import { limits, longestSessionSeconds, machineTimeoutSeconds, verifyRoundsOf } from '../../../contract/limits.ts';
import type { LintCode, LintIssue } from '../../../contract/lint.ts';
import type { Catalogue } from '../../../domain/catalogue/catalogue.ts';
import { pollOf, verificationOf } from '../../../domain/job/execution-input.ts';
import type { Integration } from '../../../domain/rule/integration.ts';
import type { Relay } from '../../../domain/rule/relay.ts';
import type { AgentConfig, Rule } from '../../../domain/rule/rule.ts';
import { readAction } from '../../../domain/rule/rule-config.ts';
import { hookStrength, isWeaker } from '../../../domain/signature/auth.ts';
import type { Webhook } from '../../../domain/webhook/webhook.ts';
import type { EndpointPolicy } from '../../../ports.ts';
import { type ConfigProblem, issuesOfCatalogue, problemsOfOwn } from './catalogue.ts';
import { problemsOfChecks } from './checks.ts';
import { issue } from './issue.ts';

export interface Stored {
  relay: Pick<Relay, 'id'>;
  webhooks: Webhook[];
  /** In their order. */
  rules: Rule[];
  /** Those that the rules name and that are there, by id. */
  integrations: ReadonlyMap<string, Pick<Integration, 'binding' | 'shortPassword'>>;
  endpoints: EndpointPolicy;
  /** Of rules that ask it; undefined: none is stored. */
  catalogue?: Catalogue | undefined;
  /** Of the state machine. */
  timeoutSeconds?: number;
}

/** What is wrong with a relay as it is stored. Rules that are switched off harm nothing, and are only counted. */
export function issuesOfStored(stored: Stored): LintIssue[] {
  const enabled = stored.rules.filter((rule) => rule.enabled);
  return [
    ...issuesOfRelay(stored, enabled),
    ...issuesOfWebhooks(stored),
    ...enabled.flatMap((rule) => issuesOfRule(stored, rule)),
    ...issuesOfOrder(stored, enabled),
  ];
}

function issuesOfRelay({ relay, rules, webhooks }: Stored, enabled: Rule[]): LintIssue[] {
  const found: LintIssue[] = [];
  const report = (code: LintCode, message: string) => found.push(issue(code, message, { relayId: relay.id }));
  if (rules.length === 0) report('relay.no_rules', 'The relay has no rule, so an alert starts nothing. Create one.');
  else if (enabled.length === 0) {
    report('relay.all_rules_disabled', 'All rules of the relay are switched off, so an alert starts nothing.');
  }
  if (!webhooks.some((webhook) => webhook.enabled)) {
    const unless = 'unless alerts come in through EventBridge or SNS';
    report(
      'relay.no_enabled_webhook',
      `The relay has no webhook that is switched on: no rule can ever run, ${unless}.`,
    );
  }
  return found;
}

function issuesOfWebhooks({ relay, webhooks }: Stored): LintIssue[] {
  const enabled = webhooks.filter((webhook) => webhook.enabled);
  const report = (code: LintCode, { id }: Webhook, message: string) =>
    issue(code, message, { relayId: relay.id, details: { webhookId: id } });
  const open = enabled.filter(({ auth }) => auth === undefined);
  return [
    ...open.map((webhook) => {
      const message =
        'Whoever knows the address of the webhook can send alerts. Set `auth` on it if the sender can sign or log in.';
      return report('webhook.no_signature', webhook, message);
    }),
    ...weakerThanOthers(enabled).map((webhook) => {
      const message =
        'Another webhook of the relay asks its senders for more. This one changes no alert of that, but opens alerts of its own: ' +
        'switch it off if nobody needs it, or set as strong an `auth`.';
      return report('webhook.weaker_than_others', webhook, message);
    }),
  ];
}

function weakerThanOthers(webhooks: Webhook[]): Webhook[] {
  const strengths = webhooks.map(({ auth }) => hookStrength(auth));
  return webhooks.filter(({ auth }) => strengths.some((other) => isWeaker(hookStrength(auth), other)));
}

function issuesOfRule(stored: Stored, rule: Rule): LintIssue[] {
  const where = { relayId: stored.relay.id, ruleId: rule.id };
  const read = readAction(rule);
  if (!read.ok) {
    const message = `Rule "${rule.name}" cannot be used as it is stored (${read.problem}). Write it again.`;
    return [issue('rule.invalid_config', message, where)];
  }
  const { action } = read;
  const said = ({ code, message }: ConfigProblem) => issue(code, `Rule "${rule.name}": ${message}`, where);
  if (action.type === 'webhook') return problemsOfEndpoint(stored, rule, action.config).map(toProblem).map(said);
  const { config } = action;
  const { catalogue } = stored;
  const found = (each: AgentConfig) => problemsOf(stored, rule, each).map(toProblem);
  return [
    ...problemsOfOwn(config, catalogue, found).map(said),
    ...issuesOfCatalogue({ rule, config, catalogue }, found),
  ];
}

const toProblem = ([code, message]: [LintCode, string]): ConfigProblem => ({ code, message });

/** Of an address that the relay would call. */
function problemsOfEndpoint(
  { endpoints }: Stored,
  { ruleType }: Rule,
  { endpoint }: { endpoint: string },
): [LintCode, string][] {
  const refusal = endpoints.refusal(endpoint, ruleType);
  return refusal === undefined ? [] : [['rule.endpoint_not_allowed', refusal]];
}

function problemsOf(stored: Stored, rule: Rule, config: AgentConfig): [LintCode, string][] {
  const { timeoutSeconds = machineTimeoutSeconds } = stored;
  const problems = [
    ...problemsOfIntegration(stored, config),
    ...problemsOfEndpoint(stored, rule, config),
    ...problemsOfChecks(config),
  ];
  const seconds = longestSessionSeconds(pollOf(config), verifyRoundsOf(verificationOf(config).verify));
  if (seconds > timeoutSeconds) {
    const most = `may take ${seconds} s with its poll intervals and maxPollAttempts as they are`;
    problems.push(['rule.poll_budget', `a session ${most}, and an execution is cut off after ${timeoutSeconds} s.`]);
  }
  return problems;
}

/** Whether its integration is there, and its password may go to the endpoint. */
function problemsOfIntegration(
  { integrations }: Stored,
  { integrationId, endpoint }: AgentConfig,
): [LintCode, string][] {
  const integration = integrations.get(integrationId);
  if (!integration) {
    return [['rule.unknown_integration', `the integration ${integrationId} is not there. Create it again.`]];
  }
  return [
    ...problemsOfBinding(integrationId, integration.binding, new URL(endpoint).origin),
    ...(integration.shortPassword ? [shortPassword] : []),
  ];
}

const shortPassword: [LintCode, string] = [
  'rule.short_password',
  `its server has a password of fewer than ${limits.goodPasswordCharacters} characters, which results cannot be searched for reliably. Give it a longer one.`,
];

function problemsOfBinding(id: string, binding: Integration['binding'], origin: string): [LintCode, string][] {
  if (!binding) {
    const message = `the integration ${id} is not bound to any origin: the next session, or the next writing of a rule, binds it. Name ${origin} in its metadata.origins.`;
    return [['rule.unbound_integration', message]];
  }
  const bound = binding.origins.join(', ');
  if (!binding.origins.includes(origin)) {
    const message = `the password of integration ${id} may go to ${bound} only, and not to ${origin}.`;
    return [['rule.endpoint_refused', message]];
  }
  if (binding.from === 'owner') return [];
  const message = `the first rule has bound integration ${id} to ${bound}. If that is right, name it in its metadata.origins.`;
  return [['rule.bound_on_first_use', message]];
}

/** Rules of one group that do not say which comes first. */
function issuesOfOrder({ relay }: Stored, enabled: Rule[]): LintIssue[] {
  const places = Map.groupBy(enabled, ({ group, order }) => JSON.stringify([group, order]));
  return [...places.values()].flatMap(([first, ...others]) => {
    if (!first || others.length === 0) return [];
    const ruleIds = [first, ...others].map(({ id }) => id);
    const message = `${ruleIds.length} rules of group "${first.group}" have order ${first.order}: the older one comes first.`;
    return [issue('rule.same_order', message, { relayId: relay.id, ruleId: first.id, details: { ruleIds } })];
  });
}
