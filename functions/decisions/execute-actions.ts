import type { ReadyAction } from '../domain/decision/routing.ts';
import { isUnstarted } from '../domain/job/job.ts';
import { jobIdOf } from '../domain/job/job-id.ts';
import { needsRun } from '../domain/relay-run/steps.ts';
import type { Rule } from '../domain/rule/rule.ts';
import type { AlertStore, WebhookQueue } from '../ports.ts';
import { type Attempted, attemptEach } from './attempt.ts';
import { callWebhook } from './call-webhook.ts';
import { type EntryRouting, mayAct } from './entry-routing.ts';
import type { RuleDecision } from './rule-decision.ts';
import { type Candidate, type StartSessionsDeps, startSession, startSessions } from './start-sessions.ts';

export interface ActionDeps extends StartSessionsDeps {
  alerts: Pick<AlertStore, 'get' | 'create'>;
  webhookCalls: WebhookQueue;
}

/** What a rule that is for an alert is to do with it now. */
export interface DueAction {
  routing: EntryRouting;
  rule: Rule;
  action: ReadyAction;
  sentence: string;
}

export type ActionResult = Attempted<DueAction, RuleDecision>;

/**
 * Calls webhooks, and starts or holds the sessions of one rule after the other, of all its alerts at once. What is due
 * for an entry that has failed meanwhile is left out: its delivery comes again. Idempotent.
 */
export async function executeActions(deps: ActionDeps, due: DueAction[]): Promise<ActionResult[]> {
  const results = await callWebhooks(deps, due);
  for (const ofRule of Map.groupBy(due.flatMap(sessionOf), ({ item }) => item.rule.id).values()) {
    const failed = new Set(results.filter(({ result }) => !result.ok).map(({ item }) => item.routing));
    const open = ofRule.filter(({ item }) => !failed.has(item.routing));
    results.push(...(await startAll(deps, open)));
  }
  return results;
}

async function callWebhooks(deps: ActionDeps, due: DueAction[]): Promise<ActionResult[]> {
  const calls = due.flatMap((item) => {
    const { routing, rule, action, sentence } = item;
    const { alert, relayRules, entry } = routing;
    if (action.type !== 'webhook') return [];
    const { traceparent } = entry.delivery;
    return [{ item, call: { alert, relay: relayRules.relay, rule, config: action.config, sentence, traceparent } }];
  });
  const called = await attemptEach(calls, async ({ item, call }) => {
    const { fresh } = item.routing;
    await fresh?.store(() => deps.alerts.create(fresh.alert));
    return callWebhook(deps, { ...call, outcome: null, round: 1 });
  });
  return called.map(({ item: { item }, result }) => ({ item, result }));
}

interface DueSession {
  item: DueAction;
  candidate: Candidate;
}

function sessionOf(item: DueAction): DueSession[] {
  const { routing, rule, action, sentence } = item;
  if (action.type !== 'agent') return [];
  const { alert, relayRules, fresh } = routing;
  const { relay, rules } = relayRules;
  const { config, integration, entry } = action;
  const retry = routing.retries?.get(rule.id);
  const start = {
    jobId: retry?.jobId ?? jobIdOf(alert.id, rule.id),
    delivery: routing.entry.delivery,
    ...{ alert, relay, rule, config, integration, entry, sentence, fresh, round: 1 },
    reason: retry ? ('retried' as const) : ('started' as const),
  };
  return [
    {
      item,
      candidate: {
        start,
        isMade: false,
        startsExecution: !mayAct(routing) || !needsRun(relay, rules),
      },
    },
  ];
}

async function startAll(deps: ActionDeps, sessions: DueSession[]): Promise<ActionResult[]> {
  const looked = await attemptEach(sessions, ({ candidate }) => resumeOrAdmit(deps, candidate));
  const done: ActionResult[] = [];
  const toAdmit = new Map<Candidate, DueAction>();
  for (const { item: session, result } of looked) {
    if (!result.ok) done.push({ item: session.item, result });
    else if (result.value.kind === 'admit') toAdmit.set(result.value.candidate, session.item);
    else done.push({ item: session.item, result: { ok: true, value: result.value.decision } });
  }
  for (const { item: candidate, result } of await startSessions(deps, [...toAdmit.keys()])) {
    const item = toAdmit.get(candidate);
    if (item) done.push({ item, result });
  }
  return done;
}

type Resumed = { kind: 'resumed'; decision: RuleDecision } | { kind: 'admit'; candidate: Candidate };

/** A session that an attempt before this one has started is resumed, without storm control. */
async function resumeOrAdmit(deps: ActionDeps, candidate: Candidate): Promise<Resumed> {
  const job = candidate.start.fresh ? undefined : await deps.jobs.get(candidate.start.jobId);
  if (job?.executionArn !== undefined) return { kind: 'resumed', decision: await startSession(deps, candidate) };
  return { kind: 'admit', candidate: { ...candidate, isMade: job !== undefined && isUnstarted(job) } };
}
