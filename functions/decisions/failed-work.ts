import { limits } from '../contract/limits.ts';
import { isGreen, isRetried, type Outcome } from '../contract/outcomes.ts';
import type { ReasonCode } from '../contract/reason-codes.ts';
import type { Alert } from '../domain/alert/alert.ts';
import { normalisedTitle } from '../domain/alert/title.ts';
import type { Decision } from '../domain/decision/decision.ts';
import type { Job } from '../domain/job/job.ts';
import { jobIdOfRound } from '../domain/job/job-id.ts';
import { groupsOf } from '../domain/relay-run/steps.ts';
import type { Rule } from '../domain/rule/rule.ts';
import type { DecisionStore, JobStore, StormStore, TitleClaims } from '../ports.ts';
import type { RelayRules } from './relay-rules.ts';

export interface FailedWorkDeps {
  decisions: Pick<DecisionStore, 'listByAlert'>;
  jobs: Pick<JobStore, 'get'>;
  storms: Pick<StormStore, 'get'>;
  titles: Pick<TitleClaims, 'holder'>;
}

/** What a rule did for an alert and came to nothing: by a session of its own, one of its storm, or one of its title. */
export interface FailedWork {
  ruleId: string;
  /** How it ended; `storm_failed`: the storm that held the alert ended without deciding. */
  outcome: Outcome | 'storm_failed';
  jobId: string | undefined;
  endedAt: string;
  /** The decision that stands for it, and what the ledger counts that as. */
  from: ReasonCode;
  countedAs: ReasonCode;
  /** A repeat of the alert takes it up again by itself. */
  isRetried: boolean;
  /** How often entries have led to work so far, from 1. */
  attempts: number;
  /** Seconds after its end in which the relay run may still make another round. */
  quietSeconds: number;
}

type RuleWork = { kind: 'none' | 'under_way' | 'done' } | { kind: 'failed'; work: FailedWork };

/** Decisions that say what a rule did, or left to whoever is at work. */
const telling: readonly ReasonCode[] = [
  'started',
  'retried',
  'storm_released',
  'storm_held',
  'storm_triaged',
  'same_title_running',
  'run_by_user',
  'scheduled',
];
const attempting: readonly ReasonCode[] = ['started', 'retried', 'storm_released', 'storm_held', 'storm_triaged'];

/**
 * Work on an open alert that came to nothing, by rule, in the order of the rules. None of a group in which a session is
 * at work, has come to a result or was stopped by somebody, or a step is still due.
 */
export async function failedWorkOf(
  deps: FailedWorkDeps,
  alert: Alert,
  { relay, rules }: Pick<RelayRules, 'relay' | 'rules'>,
): Promise<FailedWork[]> {
  const decisions = await deps.decisions.listByAlert(alert.id);
  const rounds = limits.repeatRounds[relay.repeatPolicy];
  const failed: FailedWork[] = [];
  for (const group of groupsOf(rules)) {
    const agents = group.filter(({ ruleType }) => ruleType === 'agent');
    const works = await Promise.all(agents.map((rule) => workOf(deps, alert, rule, { decisions, rounds })));
    if (works.some(({ kind }) => kind === 'under_way' || kind === 'done')) continue;
    const quietSeconds = rounds === 1 ? 0 : quietSecondsOf(group);
    failed.push(...works.flatMap((each) => (each.kind === 'failed' ? [{ ...each.work, quietSeconds }] : [])));
  }
  return failed;
}

/** Within this the next step of a run has begun, if there is one: the longest delay, the pause, and time to decide. */
const quietSecondsOf = (group: Rule[]): number =>
  Math.max(...group.map(({ delayMinutes }) => delayMinutes)) * 60 + limits.repeatAfterSeconds + DECIDING_SECONDS;
const DECIDING_SECONDS = 900;

async function workOf(
  deps: FailedWorkDeps,
  alert: Alert,
  rule: Rule,
  { decisions, rounds }: { decisions: Decision[]; rounds: number },
): Promise<RuleWork> {
  const rows = decisions.filter(({ ruleId, reason }) => ruleId === rule.id && telling.includes(reason));
  const standing = rows.filter(({ followedBy }) => followedBy === undefined);
  if (standing.some(({ reason }) => reason === 'scheduled')) return { kind: 'under_way' };
  const asked = standing.find(({ reason }) => reason === 'run_by_user');
  const last = latest(standing.filter(({ reason }) => reason !== 'run_by_user'));
  if (!last) return { kind: 'none' };
  const byPerson = asked?.jobId === undefined ? undefined : await deps.jobs.get(asked.jobId);
  if (byPerson && isAtWorkOrGreen(byPerson)) return { kind: byPerson.collected ? 'done' : 'under_way' };
  const attempts = rows
    .filter(({ reason }) => attempting.includes(reason))
    .reduce((sum, { count, moved = 0 }) => sum + count - moved, 0);
  const common = { ruleId: rule.id, from: last.reason, countedAs: last.reason, attempts: Math.max(attempts, 1) };
  switch (last.reason) {
    case 'storm_held':
    case 'storm_triaged':
      return ofStorm(deps, last, common);
    case 'same_title_running':
      return ofTitle(deps, alert, common);
    default: {
      const own = last.jobId === undefined ? undefined : await deps.jobs.get(last.jobId);
      return ofJob(await lastRound(deps, { alert, rule, rounds }, own), common);
    }
  }
}

const latest = (decisions: Decision[]): Decision | undefined =>
  decisions.toSorted((a, b) => Date.parse(a.lastAt) - Date.parse(b.lastAt)).at(-1);

const isAtWorkOrGreen = ({ collected }: Job): boolean => collected === undefined || isGreen(collected.outcome);

/** A relay run that repeats makes jobs that no decision names. */
async function lastRound(
  { jobs }: FailedWorkDeps,
  { alert, rule, rounds }: { alert: Alert; rule: Rule; rounds: number },
  own: Job | undefined,
): Promise<Job | undefined> {
  const ids = Array.from({ length: rounds - 1 }, (_, index) => jobIdOfRound(alert.id, rule.id, index + 2));
  const found = await Promise.all(ids.map((id) => jobs.get(id)));
  return [own, ...found]
    .filter((job) => job !== undefined)
    .toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt))
    .at(-1);
}

type Common = Pick<FailedWork, 'ruleId' | 'from' | 'countedAs' | 'attempts'>;

/** A session that somebody stopped stays so. */
function ofJob(job: Job | undefined, common: Common): RuleWork {
  if (!job) return { kind: 'none' };
  const { collected, finishedAt, id: jobId } = job;
  if (!collected || finishedAt === undefined) return { kind: 'under_way' };
  const { outcome } = collected;
  if (isGreen(outcome) || outcome === 'cancelled') return { kind: 'done' };
  const work = { ...common, outcome, jobId, endedAt: finishedAt, isRetried: isRetried(outcome), quietSeconds: 0 };
  return { kind: 'failed', work };
}

async function ofStorm({ storms, jobs }: FailedWorkDeps, { stormId }: Decision, common: Common): Promise<RuleWork> {
  const storm = stormId === undefined ? undefined : await storms.get(stormId);
  switch (storm?.phase) {
    case undefined:
    case 'released':
      return { kind: 'none' };
    case 'dispatched': {
      const job = storm.jobId === undefined ? undefined : await jobs.get(storm.jobId);
      return ofJob(job, { ...common, countedAs: 'storm_triaged' });
    }
    case 'not_dispatched': {
      if (storm.reason !== 'storm_failed') return { kind: 'done' };
      const ended = { outcome: 'storm_failed', jobId: undefined, endedAt: storm.endedAt ?? storm.createdAt } as const;
      const work = { ...common, ...ended, countedAs: 'storm_failed' as const, isRetried: true, quietSeconds: 0 };
      return { kind: 'failed', work };
    }
    default:
      return { kind: 'under_way' };
  }
}

/**
 * By the session that holds the title now, or held it last. Whatever it came to nothing for, this alert had none of its
 * own yet; a question that nobody answers would be asked again.
 */
async function ofTitle({ titles, jobs }: FailedWorkDeps, alert: Alert, common: Common): Promise<RuleWork> {
  const holder = await titles.holder(alert.relayId, normalisedTitle(alert.title));
  const found = ofJob(holder && (await jobs.get(holder.jobId)), common);
  if (found.kind !== 'failed') return found;
  return { ...found, work: { ...found.work, isRetried: found.work.outcome !== 'blocked' } };
}
