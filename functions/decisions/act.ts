import type { ReadyAction } from '../domain/decision/routing.ts';
import { isUnstarted } from '../domain/job/job.ts';
import { jobIdOf } from '../domain/job/job-id.ts';
import { needsRun } from '../domain/relay-run/turns.ts';
import type { Rule } from '../domain/rule/rule.ts';
import type { WebhookQueue } from '../ports.ts';
import { callWebhook } from './call-webhook.ts';
import { forEachPassage, type Passage, settle } from './passage.ts';
import { type Candidate, type StartSessionsDeps, startSession, startSessions } from './start-sessions.ts';

export interface ActDeps extends StartSessionsDeps {
  webhookCalls: WebhookQueue;
}

/** A rule that is for an alert, and has its turn. */
export interface Acting {
  passage: Passage;
  rule: Rule;
  action: ReadyAction;
  sentence: string;
}

/** Has the rules act: calls webhooks, and starts or holds sessions. Each passage is settled before its rule, or marked. */
export async function act(deps: ActDeps, acting: Acting[]): Promise<void> {
  const calls = acting.filter(({ action }) => action.type === 'webhook');
  await forEachPassage(calls, ownerOf, async ({ passage, rule, action, sentence }) => {
    if (action.type !== 'webhook') return;
    const { alert, relayRules } = passage;
    const call = { alert, relay: relayRules.relay, rule, config: action.config, outcome: null, round: 1, sentence };
    settle(passage, rule, await callWebhook(deps, call));
  });
  const sessions = Map.groupBy(acting.flatMap(candidateOf), ({ candidate }) => candidate.start.rule.id);
  for (const ofRule of sessions.values()) await startOfRule(deps, ofRule);
}

interface Session {
  passage: Passage;
  candidate: Candidate;
}

const ownerOf = ({ passage }: { passage: Passage }): Passage => passage;

function candidateOf({ passage, rule, action, sentence }: Acting): Session[] {
  if (action.type !== 'agent') return [];
  const { alert, entry, relayRules, isNew } = passage;
  const { relay, rules } = relayRules;
  const { config, integration } = action;
  const start = {
    jobId: jobIdOf(alert.id, rule.id),
    delivery: entry.delivery,
    ...{ alert, relay, rule, config, integration, sentence, reason: 'started' as const, round: 1 },
  };
  return [{ passage, candidate: { start, isNew, isMade: false, startsExecution: !needsRun(relay, rules) } }];
}

async function startOfRule(deps: ActDeps, sessions: Session[]): Promise<void> {
  const left = await resumeStarted(deps, sessions);
  const passages = new Map(left.map(({ candidate, passage }) => [candidate, passage]));
  for (const { item, result } of await startSessions(deps, [...passages.keys()])) {
    const passage = passages.get(item);
    if (!passage) continue;
    if (result.ok) settle(passage, item.start.rule, result.value);
    else passage.error ??= result.error;
  }
}

/** Sessions that an attempt before this one has started are not asked about again. The others come back. */
async function resumeStarted(deps: ActDeps, sessions: Session[]): Promise<Session[]> {
  const left = new Map(sessions.map((session) => [session, session]));
  const known = sessions.filter(({ passage }) => !passage.isNew);
  await forEachPassage(known, ownerOf, async (session) => {
    const { passage, candidate } = session;
    const job = await deps.jobs.get(candidate.start.jobId);
    if (job?.executionArn !== undefined) {
      left.delete(session);
      settle(passage, candidate.start.rule, await startSession(deps, candidate));
    } else if (job) left.set(session, { passage, candidate: { ...candidate, isMade: isUnstarted(job) } });
  });
  return [...left.values()].filter(({ passage }) => passage.error === undefined);
}
