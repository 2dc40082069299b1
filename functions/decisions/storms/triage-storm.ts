import type { ReasonCode } from '../../contract/reason-codes.ts';
import type { StormTaskInput, StormTriage } from '../../contract/storm.ts';
import type { Job } from '../../domain/job/job.ts';
import { jobIdOf } from '../../domain/job/job-id.ts';
import { openPhases, type Storm, type StormMember } from '../../domain/storm/storm.ts';
import { byImportance } from '../../domain/storm/storm-cause.ts';
import { endHoldOf, markDispatched } from '../../domain/storm/storm-course.ts';
import type { DecisionStore, Ledger, StormStore, WindowStore } from '../../ports.ts';
import { cancelNeverStarted } from '../cancel-job.ts';
import { countMembers, type MembersDeps, pauseMembers, readMembers } from '../count-members.ts';
import { swapWindow } from '../swap-window.ts';
import { type StormJobDeps, stormJobOf } from './storm-job.ts';
import { underWayOf } from './under-way.ts';

export interface TriageStormDeps extends StormJobDeps, MembersDeps {
  storms: Pick<StormStore, 'get' | 'change' | 'listHeld'>;
  windows: WindowStore;
  ledger: Pick<Ledger, 'moved'>;
  decisions: Pick<DecisionStore, 'move'>;
}

/** What triage comes to before it is written down. */
type Verdict =
  | { result: 'dispatched' | 'under_investigation'; job: Job; sentence: string }
  | { result: 'not_dispatched'; reason: ReasonCode; sentence: string };

/**
 * Makes the one session of a storm, unless its cause is under investigation already or nothing may start. Idempotent:
 * what is recorded is kept.
 */
export async function triageStorm(deps: TriageStormDeps, input: StormTaskInput<'triageStorm'>): Promise<StormTriage> {
  const { stormId } = input.storm;
  await deps.storms.change(stormId, { phase: 'triaging' }, openPhases);
  const storm = await deps.storms.get(stormId);
  if (!storm) throw new Error(`Storm ${stormId} is unknown`);
  if (storm.phase === 'released') {
    return { result: 'released', sentence: 'Everything was let go.', alerts: 0, reason: null, job: null };
  }
  const members = await membersOf(deps, storm);
  const verdict = storm.phase === 'triaging' ? await triage(deps, input, members) : await heldCount(deps, storm);
  await writeDown(deps, storm, members, verdict, input.at);
  return {
    result: verdict.result,
    sentence: verdict.sentence,
    alerts: members.length,
    reason: verdict.result === 'not_dispatched' ? verdict.reason : null,
    job: verdict.result === 'not_dispatched' ? null : { id: verdict.job.id, input: verdict.job.input },
  };
}

/**
 * Where all are over, new alerts do without the storm from now on, and those that came until then are looked at with
 * it.
 */
async function membersOf(deps: TriageStormDeps, { id, ruleId, phase }: Storm): Promise<StormMember[]> {
  const members = await readMembers(deps, id, ruleId);
  if (phase !== 'triaging' || members.some(({ isResolved }) => !isResolved)) return members;
  await swapWindow(deps, ruleId, (window) => endHoldOf(window, id));
  return readMembers(deps, id, ruleId);
}

async function triage(
  deps: TriageStormDeps,
  input: StormTaskInput<'triageStorm'>,
  members: StormMember[],
): Promise<Verdict> {
  const { stormId, rule } = input.storm;
  // Made by an interrupted attempt.
  const made = await deps.jobs.get(jobIdOf(stormId, rule.id));
  if (made) return dispatched(made, members.length);
  const active = byImportance(members.filter(({ isResolved }) => !isResolved));
  if (active.length === 0) {
    const sentence = 'Every alert of the storm is over: there is nothing to investigate.';
    return { result: 'not_dispatched', reason: 'resolved', sentence };
  }
  const underWay = await underWayOf(deps, rule.id, active);
  for (const job of underWay.unstarted) await cancelNeverStarted(deps, job, `Storm ${stormId} has taken its alert up.`);
  if (underWay.same) {
    const { same } = underWay;
    const sentence = `All ${active.length} alerts have the title of alert ${same.alertId}, which job ${same.id} investigates already.`;
    return { result: 'under_investigation', job: same, sentence };
  }
  const resolved = members.length - active.length;
  const started = await stormJobOf(deps, input, { members: active, resolved, underWay: underWay.jobs });
  if (started.kind === 'begun') return dispatched(started.job, members.length);
  const { reason, sentence } = started;
  return { result: 'not_dispatched', reason, sentence };
}

const dispatched = (job: Job, alerts: number): Verdict => ({
  result: 'dispatched',
  job,
  sentence: `One session, job ${job.id}, looks for the cause of ${alerts} alerts.`,
});

/** What an earlier attempt has recorded. */
async function heldCount({ jobs }: TriageStormDeps, { id, ruleId, jobId, reason }: Storm): Promise<Verdict> {
  const sentence = 'Decided before.';
  if (reason !== undefined) return { result: 'not_dispatched', reason, sentence };
  const job = jobId === undefined ? undefined : await jobs.get(jobId);
  if (!job) throw new Error(`Storm ${id} has no job`);
  return { result: job.id === jobIdOf(id, ruleId) ? 'dispatched' : 'under_investigation', job, sentence };
}

/** The window first: it decides on alerts that come from now on. Then the storm, then the account of it. */
async function writeDown(
  deps: TriageStormDeps,
  storm: Storm,
  members: StormMember[],
  verdict: Verdict,
  at: string,
): Promise<void> {
  const nowMs = Date.parse(at);
  const counted = { endedAt: at, held: members.length };
  if (verdict.result === 'not_dispatched') {
    const { reason, sentence } = verdict;
    await swapWindow(deps, storm.ruleId, (window) => endHoldOf(window, storm.id));
    await deps.storms.change(storm.id, { phase: 'not_dispatched', reason, ...counted }, ['triaging']);
    // Also those that were being held while triage looked.
    const all = await readMembers(deps, storm.id, storm.ruleId);
    if (reason === 'paused') await pauseMembers(deps, storm, all, { sentence, at });
    else await countMembers(deps, storm, all, reason);
    return;
  }
  let investigated: string[] | undefined;
  await swapWindow(deps, storm.ruleId, (window) => {
    const marked = markDispatched(window, storm.id, nowMs);
    investigated = marked?.investigated;
    return marked;
  });
  const { job, result, sentence } = verdict;
  const session = {
    jobId: job.id,
    ...(investigated && { investigated }),
    ...(result === 'under_investigation' && { rootCause: { alertId: job.alertId, by: 'fallback' as const, sentence } }),
  };
  await deps.storms.change(storm.id, { phase: 'dispatched', ...session, ...counted }, ['triaging']);
  // A session's storm is counted again once that has ended.
  const all = result === 'dispatched' ? members : await readMembers(deps, storm.id, storm.ruleId);
  await countMembers(deps, storm, all, 'storm_triaged');
}
