import { isUnstarted } from '../domain/job/job.ts';
import { jobIdOf } from '../domain/job/job-id.ts';
import { needsRun } from '../domain/relay-run/turns.ts';
import type { AgentConfig, Rule } from '../domain/rule/rule.ts';
import type { RuleAction } from '../domain/rule/rule-config.ts';
import { giveBack } from '../domain/storm/storm-course.ts';
import { stormSettingsOf } from '../domain/storm/storm-settings.ts';
import type { Admission } from '../domain/storm/storm-window.ts';
import { webhookCallOf } from '../domain/webhook/webhook-call.ts';
import type { WebhookQueue } from '../ports.ts';
import { type AdmitDeps, admitAlerts } from './admit-alerts.ts';
import { type BeginDeps, beginSession } from './begin-session.ts';
import { type HoldDeps, type Holding, holdAlerts } from './hold-alerts.ts';
import { inStorm } from './in-storm.ts';
import { forEachPassage, type Passage, settle } from './passage.ts';
import { swapWindow } from './swap-window.ts';

export interface ActDeps extends AdmitDeps, HoldDeps, BeginDeps {
  webhookCalls: WebhookQueue;
}

/** A rule that is for an alert, and has its turn. */
export interface Acting {
  passage: Passage;
  rule: Rule;
  action: RuleAction;
  sentence: string;
}

/** Has the rules act: calls webhooks, and starts or holds sessions. Each passage is settled before its rule, or marked. */
export async function act(deps: ActDeps, acting: Acting[]): Promise<void> {
  const calls = acting.filter(({ action }) => action.type === 'webhook');
  await forEachPassage(calls, ownerOf, (call) => callWebhook(deps, call));
  const sessions = Map.groupBy(acting.flatMap(withConfig), ({ rule }) => rule.id);
  for (const ofRule of sessions.values()) await admitAndBegin(deps, await goOn(deps, ofRule), MAX_ANEW);
}

/** How often alerts may meet a storm that ends at that very moment. */
export const MAX_ANEW = 3;

const ownerOf = ({ passage }: { passage: Passage }): Passage => passage;

/** `isMade`: a try that broke off has made its job. */
type Session = Omit<Acting, 'action'> & { config: AgentConfig; isMade: boolean };

const withConfig = ({ action, ...acting }: Acting): Session[] =>
  action.type === 'agent' ? [{ ...acting, config: action.config, isMade: false }] : [];

async function callWebhook({ webhookCalls }: ActDeps, { passage, rule, action, sentence }: Acting): Promise<void> {
  if (action.type !== 'webhook') return;
  const { alert, relayRules } = passage;
  const decision = { reason: 'webhook_called' as const, sentence };
  const { relay } = relayRules;
  await webhookCalls.send(
    webhookCallOf({ alert, relay, rule, config: action.config, decision, outcome: null, round: 1 }),
  );
  settle(passage, rule, decision);
}

/** One rule and all alerts that it is for now. */
async function admitAndBegin(deps: ActDeps, sessions: Session[], triesLeft: number): Promise<void> {
  const [first] = sessions;
  if (!first) return;
  const { rule } = first;
  const settings = stormSettingsOf(first.config);
  const arrivals = sessions.map(({ passage: { alert }, isMade }) => ({
    alertId: alert.id,
    critical: alert.severity === 'critical',
    isMade,
  }));
  const admissions = await together(sessions, () => admitAlerts(deps, rule.id, settings, arrivals));
  if (!admissions) return;
  const admittedAs = (kind: Admission['kind']): Session[] =>
    sessions.filter(({ passage }) => admissions.get(passage.alert.id)?.kind === kind);
  const stormOf = ({ passage }: Session): string => {
    const admission = admissions.get(passage.alert.id);
    return admission && 'stormId' in admission ? admission.stormId : '';
  };

  const starting = admittedAs('start');
  await forEachPassage(starting, ownerOf, (session) => begin(deps, session));
  await together(starting, () => giveBackPlaces(deps, rule, starting));
  for (const session of admittedAs('triaged')) {
    settle(session.passage, rule, inStorm('storm_triaged', stormOf(session)));
  }
  for (const [stormId, held] of Map.groupBy(admittedAs('hold'), stormOf)) {
    const again = await hold(deps, held, { stormId, rule, settings });
    if (triesLeft > 0) await admitAndBegin(deps, again, triesLeft - 1);
    else for (const { passage } of again) passage.error = new Error('The storm ended meanwhile');
  }
}

/** What did not start after all takes no place of the window. */
async function giveBackPlaces(deps: ActDeps, rule: Rule, started: Session[]): Promise<void> {
  const refused = started
    .map(({ passage }) => passage)
    .filter(({ error, settled }) => error === undefined && settled.get(rule.id)?.jobId === undefined);
  if (refused.length === 0) return;
  await swapWindow(deps, rule.id, (window) => refused.reduce((each, { alert }) => giveBack(each, alert.id), window));
}

/** Holds the alerts for their storm. Those that it let go of at this very moment come back, to be admitted anew. */
async function hold(
  deps: ActDeps,
  held: Session[],
  { stormId, rule, settings }: Pick<Holding, 'stormId' | 'rule' | 'settings'>,
): Promise<Session[]> {
  const relay = held[0]?.passage.relayRules.relay;
  if (!relay) return [];
  const alerts = held.map(({ passage: { alert, entry } }) => ({ alert, deliveryId: entry.delivery.deliveryId }));
  const isHeld = await together(held, () => holdAlerts(deps, { stormId, relay, rule, settings, alerts }));
  if (isHeld) for (const { passage } of held) settle(passage, rule, inStorm('storm_held', stormId));
  return isHeld === false ? held : [];
}

/** Sessions that a try before this one has started are not asked about again. The others come back. */
async function goOn(deps: ActDeps, sessions: Session[]): Promise<Session[]> {
  const left = new Map(sessions.map((session) => [session, session]));
  const known = sessions.filter(({ passage }) => !passage.isNew);
  await forEachPassage(known, ownerOf, async (session) => {
    const job = await deps.jobs.get(jobIdOf(session.passage.alert.id, session.rule.id));
    if (job?.executionArn !== undefined) {
      left.delete(session);
      await begin(deps, session);
    } else if (job) left.set(session, { ...session, isMade: isUnstarted(job) });
  });
  return [...left.values()].filter(({ passage }) => passage.error === undefined);
}

/** What fails for one fails for all of them. */
async function together<Result>(sessions: Session[], work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    for (const { passage } of sessions) passage.error ??= error;
    return undefined;
  }
}

async function begin(deps: ActDeps, { passage, rule, config, sentence }: Session): Promise<void> {
  const { alert, entry, relayRules, isNew } = passage;
  const { relay, rules, integrations } = relayRules;
  const integration = integrations.get(config.integrationId);
  if (!integration) throw new Error(`Integration ${config.integrationId} is unknown`);
  const { delivery } = entry;
  const startsExecution = !needsRun(relay, rules);
  const begun = { delivery, alert, relay, rule, config, integration, sentence, isNew, startsExecution };
  settle(passage, rule, await beginSession(deps, { ...begun, reason: 'started', round: 1 }));
}
