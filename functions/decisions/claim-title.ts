import { limits } from '../contract/limits.ts';
import type { Alert } from '../domain/alert/alert.ts';
import { shownTitle } from '../domain/alert/shown-title.ts';
import { normalisedTitle } from '../domain/alert/title.ts';
import type { Relay } from '../domain/rule/relay.ts';
import type { Rule } from '../domain/rule/rule.ts';
import { titleFor } from '../domain/rule/rule-title.ts';
import { lost, retryLost } from '../domain/task/lost-writes.ts';
import type { Clock, JobStore, TitleClaim, TitleClaims } from '../ports.ts';

export interface ClaimTitleDeps {
  titles: TitleClaims;
  jobs: Pick<JobStore, 'get'>;
  clock: Pick<Clock, 'now'>;
}

/** A claim comes before its job. Without a job, the router was interrupted after the claim, or refused the start. */
const MAKING_MS = 60_000;
const TRIES = 5;

interface TitleClaimant {
  alert: Pick<Alert, 'id' | 'title'>;
  relay: Pick<Relay, 'id'>;
  rule: Pick<Rule, 'configJson' | 'ruleType'>;
  jobId: string;
}

/**
 * Claims the title of the alert for the job. Undefined: its alert has it; else why not, for the auditor. Idempotent.
 */
export async function claimTitle(
  deps: ClaimTitleDeps,
  { alert, relay, rule, jobId }: TitleClaimant,
): Promise<string | undefined> {
  const title = normalisedTitle(alert.title);
  const claim = (before: TitleClaim | undefined) => {
    const now = deps.clock.now();
    const until = new Date(now.getTime() + limits.sameTitleHours * 3_600_000);
    const ours = { jobId, alertId: alert.id, at: now.toISOString(), until: until.toISOString() };
    return deps.titles.claim(relay.id, title, ours, before);
  };
  // Most titles are free: whose they are is asked only where they are not.
  if (await claim(undefined)) return undefined;
  const refusal = await retryLost(TRIES - 1, async () => {
    const holder = await deps.titles.holder(relay.id, title);
    if (holder && !(await isOver(deps, holder, deps.clock.now()))) {
      // Another rule of the relay may be meant to work on the same alert.
      return holder.alertId === alert.id ? undefined : held(holder, comparedFor(rule, alert.title));
    }
    return (await claim(holder)) ? undefined : lost;
  });
  if (refusal === lost) throw new Error(`The title of job ${jobId} was claimed by others ${TRIES} times`);
  return refusal;
}

async function isOver({ jobs }: ClaimTitleDeps, { jobId, at, until }: TitleClaim, now: Date): Promise<boolean> {
  if (Date.parse(until) <= now.getTime()) return true;
  const job = await jobs.get(jobId);
  return job ? job.finishedAt !== undefined : Date.parse(at) + MAKING_MS <= now.getTime();
}

const held = ({ jobId, at }: TitleClaim, title: string): string =>
  `A session (job ${jobId}, since ${at}) works on an alert of the same title in this relay, "${title}" when compared.`;

/** As titles are compared, unless the rule takes something out of this one: then as the rule shows it. */
function comparedFor(rule: TitleClaimant['rule'], title: string): string {
  const shown = titleFor(rule, title);
  return shown === shownTitle(title) ? shownTitle(normalisedTitle(title)) : shown;
}
