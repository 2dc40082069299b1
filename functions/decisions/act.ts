import { isUnstarted } from '../domain/job/job.ts';
import { jobIdOf } from '../domain/job/job-id.ts';
import { needsRun } from '../domain/relay-run/steps.ts';
import type { AgentConfig, Rule } from '../domain/rule/rule.ts';
import type { RuleAction } from '../domain/rule/rule-config.ts';
import { giveBack } from '../domain/storm/storm-course.ts';
import { stormSettingsOf } from '../domain/storm/storm-settings.ts';
import type { Admission } from '../domain/storm/storm-window.ts';
import { webhookCallOf } from '../domain/webhook/webhook-call.ts';
import type { WebhookQueue } from '../ports.ts';
import { type AdmitDeps, admitAlerts } from './admit-alerts.ts';
import { type BeginDeps, beginSession } from './begin-session.ts';
import { decideRule, type EntryRouting, forEachRouting } from './entry-routing.ts';
import { type HoldDeps, type Holding, holdAlerts } from './hold-alerts.ts';
import { inStorm } from './in-storm.ts';
import { swapWindow } from './swap-window.ts';

export interface ActDeps extends AdmitDeps, HoldDeps, BeginDeps {
  webhookCalls: WebhookQueue;
}

/** A rule that is for an alert, and has its turn. */
export interface Acting {
  routing: EntryRouting;
  rule: Rule;
  action: RuleAction;
  sentence: string;
}

/** Has the rules act: calls webhooks, and starts or holds sessions. Each passage is settled before its rule, or marked. */
export async function act(deps: ActDeps, acting: Acting[]): Promise<void> {
  const calls = acting.filter(({ action }) => action.type === 'webhook');
  await forEachRouting(calls, ownerOf, (call) => callWebhook(deps, call));
  const sessions = Map.groupBy(acting.flatMap(withConfig), ({ rule }) => rule.id);
  for (const ofRule of sessions.values()) await admitAndBegin(deps, await resumeStarted(deps, ofRule), MAX_ANEW);
}

/** How often alerts may meet a storm that ends at that very moment. */
export const MAX_ANEW = 3;

const ownerOf = ({ routing }: { routing: EntryRouting }): EntryRouting => routing;

/** `isMade`: a try that broke off has made its job. */
type BegunSession = Omit<Acting, 'action'> & { config: AgentConfig; isMade: boolean };

const withConfig = ({ action, ...acting }: Acting): BegunSession[] =>
  action.type === 'agent' ? [{ ...acting, config: action.config, isMade: false }] : [];

async function callWebhook({ webhookCalls }: ActDeps, { routing, rule, action, sentence }: Acting): Promise<void> {
  if (action.type !== 'webhook') return;
  const { alert, relayRules } = routing;
  const decision = { reason: 'webhook_called' as const, sentence };
  const { relay } = relayRules;
  await webhookCalls.send(
    webhookCallOf({ alert, relay, rule, config: action.config, decision, outcome: null, round: 1 }),
  );
  decideRule(routing, rule, decision);
}

/** One rule and all alerts that it is for now. */
async function admitAndBegin(deps: ActDeps, sessions: BegunSession[], triesLeft: number): Promise<void> {
  const [first] = sessions;
  if (!first) return;
  const { rule } = first;
  const settings = stormSettingsOf(first.config);
  const arrivals = sessions.map(({ routing: { alert }, isMade }) => ({
    alertId: alert.id,
    critical: alert.severity === 'critical',
    isMade,
  }));
  const admissions = await attempt(sessions, () => admitAlerts(deps, rule.id, settings, arrivals));
  if (!admissions) return;
  const admittedAs = (kind: Admission['kind']): BegunSession[] =>
    sessions.filter(({ routing }) => admissions.get(routing.alert.id)?.kind === kind);
  const stormOf = ({ routing }: BegunSession): string => {
    const admission = admissions.get(routing.alert.id);
    return admission && 'stormId' in admission ? admission.stormId : '';
  };

  const starting = admittedAs('start');
  await forEachRouting(starting, ownerOf, (session) => begin(deps, session));
  await attempt(starting, () => giveBackStarts(deps, rule, starting));
  for (const session of admittedAs('triaged')) {
    decideRule(session.routing, rule, inStorm('storm_triaged', stormOf(session)));
  }
  for (const [stormId, held] of Map.groupBy(admittedAs('hold'), stormOf)) {
    const again = await hold(deps, held, { stormId, rule, settings });
    if (triesLeft > 0) await admitAndBegin(deps, again, triesLeft - 1);
    else for (const { routing } of again) routing.error = new Error('The storm ended meanwhile');
  }
}

/** What did not start after all takes no start of the window. */
async function giveBackStarts(deps: ActDeps, rule: Rule, started: BegunSession[]): Promise<void> {
  const refused = started
    .map(({ routing }) => routing)
    .filter(({ error, decided }) => error === undefined && decided.get(rule.id)?.jobId === undefined);
  if (refused.length === 0) return;
  await swapWindow(deps, rule.id, (window) => refused.reduce((each, { alert }) => giveBack(each, alert.id), window));
}

/** Holds the alerts for their storm. Those that it let go of at this very moment come back, to be admitted anew. */
async function hold(
  deps: ActDeps,
  held: BegunSession[],
  { stormId, rule, settings }: Pick<Holding, 'stormId' | 'rule' | 'settings'>,
): Promise<BegunSession[]> {
  const relay = held[0]?.routing.relayRules.relay;
  if (!relay) return [];
  const alerts = held.map(({ routing: { alert, entry } }) => ({ alert, deliveryId: entry.delivery.deliveryId }));
  const isHeld = await attempt(held, () => holdAlerts(deps, { stormId, relay, rule, settings, alerts }));
  if (isHeld) for (const { routing } of held) decideRule(routing, rule, inStorm('storm_held', stormId));
  return isHeld === false ? held : [];
}

/** Sessions that a try before this one has started are not asked about again. The others come back. */
async function resumeStarted(deps: ActDeps, sessions: BegunSession[]): Promise<BegunSession[]> {
  const left = new Map(sessions.map((session) => [session, session]));
  const known = sessions.filter(({ routing }) => !routing.isNew);
  await forEachRouting(known, ownerOf, async (session) => {
    const job = await deps.jobs.get(jobIdOf(session.routing.alert.id, session.rule.id));
    if (job?.executionArn !== undefined) {
      left.delete(session);
      await begin(deps, session);
    } else if (job) left.set(session, { ...session, isMade: isUnstarted(job) });
  });
  return [...left.values()].filter(({ routing }) => routing.error === undefined);
}

/** What fails for one fails for all of them. */
async function attempt<Result>(sessions: BegunSession[], work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    for (const { routing } of sessions) routing.error ??= error;
    return undefined;
  }
}

async function begin(deps: ActDeps, { routing, rule, config, sentence }: BegunSession): Promise<void> {
  const { alert, entry, relayRules, isNew } = routing;
  const { relay, rules, integrations } = relayRules;
  const integration = integrations.get(config.integrationId);
  if (!integration) throw new Error(`Integration ${config.integrationId} is unknown`);
  const { delivery } = entry;
  const startsExecution = !needsRun(relay, rules);
  const begun = { delivery, alert, relay, rule, config, integration, sentence, isNew, startsExecution };
  decideRule(routing, rule, await beginSession(deps, { ...begun, reason: 'started', round: 1 }));
}
