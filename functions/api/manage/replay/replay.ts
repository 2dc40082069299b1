import { readNamed } from '../../../decisions/relay-rules.ts';
import type { Alert } from '../../../domain/alert/alert.ts';
import { type PastSession, pastSessionOf } from '../../../domain/job/past-sessions.ts';
import type { Replay } from '../../../domain/replay/replay.ts';
import type { Relay } from '../../../domain/rule/relay.ts';
import type { Rule } from '../../../domain/rule/rule.ts';
import type {
  AlertQueries,
  CatalogueStore,
  Clock,
  IntegrationStore,
  JobStore,
  NewWorld,
  RelayStore,
} from '../../../ports.ts';
import { type ApiRefusal, invalid, notFound } from '../refusal.ts';
import { sinceMs } from '../since.ts';
import { playRule } from './play.ts';
import type { ReplayInput } from './replay-input.ts';

export interface ReplayDeps {
  relays: Pick<RelayStore, 'get'>;
  integrations: Pick<IntegrationStore, 'get'>;
  catalogue: Pick<CatalogueStore, 'current'>;
  alerts: Pick<AlertQueries, 'listNewest'>;
  jobs: Pick<JobStore, 'listNewest'>;
  clock: Pick<Clock, 'now'>;
  newWorld: NewWorld;
}

/** What is read at most, of all relays together. */
const MAX_ALERTS = 10_000;
const MAX_JOBS = 1_000;
/** The function has 10 s; a cold start, the jobs and the replay itself need the rest. */
const READING_MS = 5_000;
const JOBS_MS = 7_000;

interface ReplayAnswer extends Replay {
  relayId: string;
  from: string;
  until: string;
  /** Ended sessions of the relay that cost, outcome and duration are taken from. */
  pastSessions: number;
  /** What was not read, and why; null: nothing. */
  leftOut: string | null;
  /** Of the catalogue that the draft asks; null: it asks none, or none is stored. */
  catalogueVersion: number | null;
}

/** What a draft rule would have done with the stored alerts of a relay. Reads only. */
export async function replayRule(
  deps: ReplayDeps,
  relayId: string,
  input: ReplayInput,
): Promise<ReplayAnswer | ApiRefusal> {
  const relay = await deps.relays.get(relayId);
  if (!relay) return notFound('relay');
  const now = deps.clock.now();
  const since = sinceMs(input.since, now.getTime());
  if (typeof since === 'object') {
    return invalid([{ path: ['since'], code: 'out_of_range', message: since.problem }]);
  }
  const refused = await unknownIntegration(deps, input.rule);
  if (refused) return refused;

  const alerts = await readAlerts(deps, { relayId, since, untilMs: now.getTime() + READING_MS });
  const sessions = await readSessions(deps, relayId, now.getTime() + JOBS_MS);
  const rule = draftOf(relay, input.rule, now);
  const named = await readNamed(deps, [rule]);
  const played = { rule, relay, ...named, alerts: alerts.rows, sessions };
  return {
    relayId,
    from: new Date(alerts.fromMs ?? since).toISOString(),
    until: now.toISOString(),
    ...(await playRule(deps.newWorld, played)),
    pastSessions: sessions.length,
    leftOut: alerts.leftOut,
    catalogueVersion: named.catalogue?.version ?? null,
  };
}

/** The draft is refused where its integration is not there, as its creation would be. */
async function unknownIntegration(
  { integrations }: ReplayDeps,
  { config }: ReplayInput['rule'],
): Promise<ApiRefusal | undefined> {
  if (!('integrationId' in config)) return undefined;
  const integration = await integrations.get(config.integrationId);
  if (integration?.provider === config.agentType) return undefined;
  const message = 'names no integration of the agent. Create it first, or look it up in the list of integrations.';
  return invalid([{ path: ['rule', 'config', 'integrationId'], code: 'unknown_integration', message }]);
}

/** As it would be stored, and switched on: a draft may be off until it is good. */
function draftOf(relay: Relay, { config, ...input }: ReplayInput['rule'], now: Date): Rule {
  const at = now.toISOString();
  return {
    id: 'draft',
    relayId: relay.id,
    name: input.name,
    group: input.group ?? 'default',
    order: input.order ?? 0,
    delayMinutes: input.delayMinutes ?? 0,
    ruleType: input.ruleType,
    configJson: JSON.stringify(config),
    enabled: true,
    version: 1,
    createdBy: 'draft',
    updatedBy: 'draft',
    createdAt: at,
    updatedAt: at,
  };
}

interface ReadAlerts {
  /** Oldest first. */
  rows: Alert[];
  /** Where reading stopped early: everything from there on was read. */
  fromMs: number | undefined;
  leftOut: string | null;
}

async function readAlerts(
  { alerts, clock }: ReplayDeps,
  { relayId, since, untilMs }: { relayId: string; since: number; untilMs: number },
): Promise<ReadAlerts> {
  const rows: Alert[] = [];
  let seen = 0;
  for await (const alert of alerts.listNewest('all', { before: undefined, expected: MAX_ALERTS })) {
    const atMs = Date.parse(alert.createdAt);
    if (atMs < since) break;
    const isLate = clock.now().getTime() >= untilMs;
    if (seen === MAX_ALERTS || isLate) {
      const why = isLate ? 'there was no time for more' : `a replay reads ${MAX_ALERTS} alerts of all relays at most`;
      const leftOut = `Alerts from ${alert.createdAt} back were left out: ${why}.`;
      return { rows: rows.reverse(), fromMs: atMs, leftOut };
    }
    seen += 1;
    // One that was not routed never fired: a test, or news of something else.
    if (alert.relayId === relayId && alert.routedAt !== undefined) rows.push(alert);
  }
  return { rows: rows.reverse(), fromMs: undefined, leftOut: null };
}

/** Newest first. */
async function readSessions({ jobs, clock }: ReplayDeps, relayId: string, untilMs: number): Promise<PastSession[]> {
  const sessions: PastSession[] = [];
  let seen = 0;
  for await (const job of jobs.listNewest({ before: undefined, expected: MAX_JOBS })) {
    if (seen === MAX_JOBS || clock.now().getTime() >= untilMs) break;
    seen += 1;
    const session = job.relayId === relayId ? pastSessionOf(job) : undefined;
    if (session) sessions.push(session);
  }
  return sessions;
}
