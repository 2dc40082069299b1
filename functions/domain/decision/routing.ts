import type { AlertOccurrence } from '../../contract/alert.ts';
import type { ReasonCode } from '../../contract/reason-codes.ts';
import type { Alert } from '../alert/alert.ts';
import type { EntryInForce } from '../catalogue/apply-entry.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Integration } from '../rule/integration.ts';
import { type Match, matchOf } from '../rule/match.ts';
import type { AgentConfig, Rule } from '../rule/rule.ts';
import { type Read, type RuleAction, readAction } from '../rule/rule-config.ts';
import { titleFor } from '../rule/rule-title.ts';
import type { WebhookConfig } from '../rule/webhook-rule.ts';
import { oneLine } from '../text/untrusted-text.ts';
import { chooseEntry, entrySentence } from './choose-entry.ts';
import type { PauseSwitch } from './pause-switch.ts';

/** One entry of a delivery, before one rule. */
export interface RoutingCase {
  entry: AlertOccurrence['status'];
  /** As stored, the entry itself aside: a resolved entry may have just closed it. */
  alert: Alert;
  relay: { name: string };
  rule: Rule;
  /** Those that are there, by id. */
  integrations: ReadonlyMap<string, Integration>;
  /** Of rules that ask for it; undefined: none was stored. */
  catalogue: Catalogue | undefined;
  /** For conditions on the time of day. */
  at: Date;
  /** Undefined: it was never pauseSwitch. */
  pauseSwitch: PauseSwitch | undefined;
}

/** What is decided without looking at other alerts. `act`: the rule is for the alert, and may act on it. */
export type RoutingVerdict =
  | { kind: 'final'; reason: ReasonCode; sentence: string }
  | { kind: 'act'; sentence: string; action: ReadyAction };

/** What a rule is to do, with everything that it needs for it. */
export type ReadyAction =
  | {
      type: 'agent';
      /** With what the entry says in its place. */
      config: AgentConfig;
      integration: Integration;
      /** Of the catalogue, where the rule asks it. */
      entry?: EntryInForce | undefined;
    }
  | { type: 'webhook'; config: WebhookConfig };

/** Decides what one rule does with one entry. */
export function decide(input: RoutingCase): RoutingVerdict {
  const says = `The sender says that the ${named(input)}`;
  switch (input.entry) {
    case 'firing':
      return decideFiring(input);
    case 'update':
      return final('update', `${says} has changed; only an alert that begins starts something.`);
    case 'acknowledged':
      return final('acknowledged', `${says} is in somebody's hands; that starts nothing.`);
    case 'unacknowledged':
      return final('update', `${says} is in nobody's hands any more; that starts nothing.`);
    case 'resolved':
      return final('resolved', `${says} is over.`);
    case 'unknown':
      return final('unknown_state', `${says} is in no known state, for want of data; that starts nothing.`);
    case 'test':
      return final('test', `A test, which starts nothing. Firing, it would be: ${sentenceIfFiring(input)}`);
  }
}

/** What the rule would do if the test were a new alert. */
function sentenceIfFiring(input: RoutingCase): string {
  const { resolvedAt: _, routedAt: __, ...open } = input.alert;
  const verdict = decideFiring({ ...input, alert: open });
  return `${verdict.kind === 'act' ? 'started' : verdict.reason}. ${verdict.sentence}`;
}

/** The alert's state is asked first: a closed or routed one concerns no rule. */
function decideFiring(input: RoutingCase): RoutingVerdict {
  const { alert } = input;
  if (alert.resolvedAt !== undefined) {
    return final('resolved', `The ${named(input)} was resolved at ${alert.resolvedAt}, before this entry was routed.`);
  }
  if (alert.routedAt !== undefined) {
    const sentence = `The ${named(input)} is open and was routed at ${alert.routedAt}; a repeat starts nothing.`;
    return final('duplicate_alert', sentence);
  }
  return decideOpen(input);
}

/** What one rule does with an alert that is open, whether it was routed or not. */
export function decideOpen(input: Omit<RoutingCase, 'entry'>): RoutingVerdict {
  const { alert, rule, at, pauseSwitch } = input;
  if (!rule.enabled) return final('rule_disabled', `Rule "${rule.name}" is switched off.`);
  const read = readAction(rule);
  if (!read.ok) return invalid(rule, read.problem);
  const ready = readyAction(read.action, input.integrations);
  if (!ready.ok) return invalid(rule, ready.problem);
  const matched = matchedBy(ready.action.config.config?.match, alert, at);
  if (!matched.matched) {
    return final('not_matched', `Rule "${rule.name}" is not for the ${named(input)}: ${matched.clause} does not hold.`);
  }
  const chosen = withEntry(input, ready.action);
  if (chosen.kind === 'final') return chosen;
  if (pauseSwitch?.paused) return final('paused', pausedSentence(pauseSwitch));
  return { kind: 'act', sentence: whyNow(input) + chosen.sentence, action: chosen.action };
}

/** The action as the catalogue has it for the alert, where the rule asks it. */
function withEntry(input: Omit<RoutingCase, 'entry'>, action: ReadyAction): RoutingVerdict {
  if (action.type === 'webhook') return { kind: 'act', sentence: '', action };
  const { rule, integrations } = input;
  const chosen = chooseEntry({ ...input, config: action.config });
  if (chosen.kind === 'no_service') return final('no_service', chosen.sentence);
  if (chosen.kind === 'invalid') return invalid(rule, chosen.problem);
  if (!chosen.entry) return { kind: 'act', sentence: '', action };
  const { config, entry } = chosen;
  const integration = integrations.get(config.integrationId);
  if (!integration) {
    const { applied } = entry;
    return invalid(rule, `${integrationIsGone(config)}, which entry "${applied.entry}" of the catalogue names`);
  }
  return { kind: 'act', sentence: entrySentence(entry), action: { type: 'agent', config, integration, entry } };
}

/**
 * Whether the conditions of a rule hold for an alert, and the catalogue that it asks has an entry for it. False where
 * the rule cannot be read.
 */
export function isFor(rule: Rule, catalogue: Catalogue | undefined, alert: Alert, at: Date): boolean {
  const read = readAction(rule);
  if (!read.ok || !matchedBy(read.action.config.config?.match, alert, at).matched) return false;
  const { action } = read;
  return action.type === 'webhook' || chooseEntry({ ...action, rule, catalogue, alert, at }).kind === 'chosen';
}

function readyAction(action: RuleAction, integrations: RoutingCase['integrations']): Read<{ action: ReadyAction }> {
  if (action.type === 'webhook') return { ok: true, action };
  const integration = integrations.get(action.config.integrationId);
  if (!integration) return { ok: false, problem: integrationIsGone(action.config) };
  return { ok: true, action: { ...action, integration } };
}

const integrationIsGone = ({ integrationId }: AgentConfig): string =>
  `integrationId: the integration ${integrationId} is not there`;

const matchedBy = (match: Match | undefined, alert: Alert, at: Date) =>
  match === undefined ? ({ matched: true } as const) : matchOf(match, alert, at);

export const pausedSentence = ({ by, at, reason }: PauseSwitch): string =>
  `All starts are paused since ${at} by ${by}${reason === undefined ? '' : ` ("${oneLine(reason)}")`}. It can be replayed afterwards.`;

const final = (reason: ReasonCode, sentence: string): RoutingVerdict => ({ kind: 'final', reason, sentence });

const invalid = (rule: Rule, problem: string): RoutingVerdict =>
  final('invalid_rule', `Rule "${rule.name}" cannot be used as it is stored, in version ${rule.version} (${problem}).`);

const whyNow = ({ alert, relay, rule }: Omit<RoutingCase, 'entry'>): string =>
  `The ${named({ alert, rule })} of severity ${alert.severity} began at ${alert.startsAt} in relay "${relay.name}", ` +
  `and rule "${rule.name}", version ${rule.version}, is switched on and had not run for it.`;

const named = ({ alert: { id, title }, rule }: Pick<RoutingCase, 'alert' | 'rule'>): string =>
  `alert ${id} "${titleFor(rule, title)}"`;
