import { isGreen } from '../../contract/outcomes.ts';
import type { ReasonCode } from '../../contract/reason-codes.ts';
import type { StepDecision, StepInput } from '../../contract/relay-run.ts';
import { type DecideDeferredDeps, type DeferredDecision, decideDeferred } from '../../decisions/decide-deferred.ts';
import { endUnstarted, reasonNow } from '../../decisions/end-unstarted.ts';
import type { Alert } from '../../domain/alert/alert.ts';
import type { Job } from '../../domain/job/job.ts';
import { jobIdOfRound } from '../../domain/job/job-id.ts';
import { leavesToNextRule } from '../../domain/relay-run/steps.ts';
import type { DecisionStore } from '../../ports.ts';
import { type GroupVerdict, overBefore } from './group-over.ts';
import { previousStepOf } from './previous-step.ts';

export interface DecideStepDeps extends DecideDeferredDeps {
  decisions: Pick<DecisionStore, 'move' | 'listByAlert'>;
}

/**
 * Decides what a relay run does with the step that is due. Where that ends the group, none of the decisions of the
 * rules behind it stays `scheduled`. Idempotent: what an earlier attempt has decided is kept.
 */
export async function decideStep(deps: DecideStepDeps, input: StepInput): Promise<StepDecision> {
  const { alertId, step, rest } = input;
  const alert = await deps.alerts.get(alertId);
  if (!alert) throw new Error(`Alert ${alertId} is unknown`);
  const over = overBefore(alert, input);
  if (over) return stop(deps, alert, input, [step.ruleId, ...rest], over);

  const decision = await decided(deps, alert, input);
  if (decision.action !== 'stop') return decision;
  return stop(deps, alert, input, rest, {
    reason: decision.reason,
    sentence: decision.sentence,
    reasonOfRest: 'not_needed',
    sentenceOfRest: `Rule "${step.ruleName}", which comes before it in group "${input.group}", ended in ${decision.reason}: the group stops there.`,
  });
}

/** A step that this run or the router has decided already is not decided twice. */
async function decided(deps: DecideStepDeps, alert: Alert, input: StepInput): Promise<StepDecision> {
  const { step, round } = input;
  const job = await deps.jobs.get(jobIdOfRound(alert.id, step.ruleId, round));
  const reason = round > 1 ? undefined : await reasonNow(deps.decisions, alert.id, step.ruleId);
  if (job && (round > 1 || reason !== 'scheduled')) return ofJob(job, reason ?? 'started', input);
  if (reason !== undefined && reason !== 'scheduled' && reason !== 'started') return nothing(reason, 'Decided before.');
  return ofLater(
    await decideDeferred(deps, {
      alertId: alert.id,
      ruleId: step.ruleId,
      from: 'scheduled',
      round,
      startsExecution: false,
      previous: input.previous ? await previousStepOf(deps.jobs, input.previous) : undefined,
    }),
    input,
  );
}

function ofLater(later: DeferredDecision, input: StepInput): StepDecision {
  switch (later.kind) {
    case 'started':
      return ofJob(later.job, later.job.input.why.reason, input);
    case 'called':
      return { action: 'next', reason: 'webhook_called', sentence: 'The call is on its way.', job: null };
    case 'nothing':
      return nothing(later.reason, later.sentence, later.leavesToNextRule);
  }
}

const nothing = (reason: ReasonCode, sentence: string, next = leavesToNextRule(reason)): StepDecision => ({
  action: next ? 'next' : 'stop',
  reason,
  sentence,
  job: null,
});

/** Started by this run, unless it has ended or somebody else has started it. */
function ofJob(job: Job, reason: ReasonCode, { alreadyThere }: StepInput): StepDecision {
  const { id, input, collected, executionArn } = job;
  if (collected) {
    const sentence = `Its session (job ${id}) has ended in ${collected.outcome}.`;
    return { action: isGreen(collected.outcome) ? 'stop' : 'next', reason, sentence, job: null };
  }
  if (alreadyThere || executionArn !== undefined) {
    const sentence = `Its session (job ${id}) was started outside this run, and goes on by itself.`;
    return { action: 'stop', reason, sentence, job: null };
  }
  return { action: 'start', reason, sentence: input.why.sentence, job: { id, input } };
}

async function stop(
  deps: DecideStepDeps,
  alert: Alert,
  { round }: StepInput,
  ruleIds: string[],
  { reason, sentence, reasonOfRest, sentenceOfRest }: GroupVerdict,
): Promise<StepDecision> {
  const decided = { reason: reasonOfRest, sentence: sentenceOfRest };
  for (const ruleId of ruleIds) await endUnstarted(deps, alert, { ruleId, rounds: [round] }, decided);
  return { action: 'stop', reason, sentence, job: null };
}
