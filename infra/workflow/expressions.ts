import { errorOutcomes } from '../../functions/contract/error-names.ts';
import { limits, pollWaitGrowth } from '../../functions/contract/limits.ts';
import type { Outcome } from '../../functions/contract/outcomes.ts';
import { reportPathOf } from '../../functions/contract/report.ts';

const jsonata = (expression: string): string => `{% ${expression} %}`;
const relayFailed: Outcome = 'relay_failed';
const cancelled: Outcome = 'cancelled';
const attemptsExhausted: Outcome = 'attempts_exhausted';

const startedInput = '$states.context.Execution.Input';

/** The trace of the delivery that the execution was started for; null for one that began before there were any. */
const startedTrace = '$states.context.Execution.Input.startedBy.traceparent';
export const traceparentOfInput = jsonata(`$exists(${startedTrace}) ? ${startedTrace} : null`);

/** The workflow's JSONata: what its states read, and how a caught error becomes an ending. */
export const expressions = {
  input: jsonata('$states.context.Execution.Input'),
  executionArn: jsonata('$states.context.Execution.Id'),
  executionStartedAt: jsonata('$states.context.Execution.StartTime'),
  stateEnteredAt: jsonata('$states.context.State.EnteredTime'),
  waitSeconds: jsonata(
    '($poll := $states.context.Execution.Input.poll;' +
      ` $grown := $ceil($poll.waitSeconds * $power(${pollWaitGrowth.factor}, $min([$attempt, ${pollWaitGrowth.times}])));` +
      ' $exists($poll.maxWaitSeconds) ? $min([$poll.maxWaitSeconds, $grown]) : $poll.waitSeconds)',
  ),
  payload: jsonata('$states.result.Payload'),

  session: jsonata('$session'),
  attempt: jsonata('$attempt'),
  nextAttempt: jsonata('$attempt + 1'),
  looks: jsonata('$looks'),
  nextLook: jsonata('$looks + 1'),
  checkWaitSeconds: jsonata(
    `$min([${limits.checkWaitSeconds.longest}, $ceil(${limits.checkWaitSeconds.first} * $power(${pollWaitGrowth.factor}, $min([$looks, ${pollWaitGrowth.times}])))])`,
  ),
  checks: jsonata('$checks'),
  yes: jsonata('true'),
  memory: jsonata('$memory'),
  ending: jsonata('$ending'),
  collected: jsonata('$collected'),
  cause: jsonata('$collected.cause'),
  causeOfEnding: jsonata('$ending.cause'),

  /** One field of a result or of the execution's input. */
  payloadField: (field: string): string => jsonata(`$states.result.Payload.${field}`),
  inputField: (field: string): string => jsonata(`$states.context.Execution.Input.${field}`),
  /** One that not every execution has. */
  optionalInput: (field: string): string =>
    jsonata(`$exists(${startedInput}.${field}) ? ${startedInput}.${field} : null`),
  collectedField: (field: string): string => jsonata(`$collected.${field}`),
  /** One that results of before lack. */
  optionalField: (field: string): string => jsonata(`$exists($collected.${field}) ? $collected.${field} : null`),
  /** Of the page of the session, in the management API. */
  reportUrl: (apiUrl: string): string =>
    jsonata(`'${apiUrl}${reportPathOf("' & $states.context.Execution.Input.jobId & '")}'`),
  outcomeIs: (outcome: Outcome): string => jsonata(`$collected.outcome = '${outcome}'`),

  ended: jsonata("$states.input.state = 'ended'"),
  /** A rule without checks has no such field, and its session no more states than before. */
  endedAndToVerify: jsonata(
    "$states.input.state = 'ended' and $ending.outcome = 'completed' and $exists($states.context.Execution.Input.verify)",
  ),
  looksUsedUp: jsonata(`$states.input.state = 'running' and $looks >= ${limits.checkLooks}`),
  checksAtWork: jsonata("$states.input.state = 'running'"),
  checksToCorrect: jsonata("$states.input.state = 'correct'"),
  endedAndActive: jsonata("$states.input.state = 'ended' and $states.input.active"),
  attemptsUsedUp: jsonata('$attempt >= $states.context.Execution.Input.poll.maxAttempts'),
} as const;

/** The error left a function under one of our names, so its cause is Lambda's JSON and holds our own message. */
export const endingFromTaskError = {
  outcome: jsonata(`$lookup(${JSON.stringify(errorOutcomes)}, $states.errorOutput.Error)`),
  cause: jsonata('$parse($states.errorOutput.Cause).errorMessage'),
};

/** Of an execution that was stopped and is redriven: its job has ended, and was published. */
export const endingFromRedrive = { outcome: cancelled, cause: endingFromTaskError.cause };

/** What stands in for the answer of a poll that was not made. */
export const notSeen = { state: 'running', activity: jsonata("'not seen: ' & $states.errorOutput.Error") };

/** Why a session has to wait, for whoever looks at the execution meanwhile. */
export const waitingFrom = { waiting: endingFromTaskError.cause };

/** Of trouble that did not pass. Its cause may be anything, so it is left where it is: in the failed step. */
const relayFailedCause = jsonata(
  "'opencode-relay itself failed in the step ' & $trouble.step & ' (' & $trouble.error & '), again and again since '" +
    " & $trouble.since & '. Open that step of this execution: its error names the log entry to read.'",
);

export const endingOfTrouble = { outcome: relayFailed, cause: relayFailedCause };

/** Stands in for the answer of collect-result where even that function failed. */
export const collectedFromTrouble = {
  outcome: relayFailed,
  cause: relayFailedCause,
  polls: jsonata('$attempt'),
  session: jsonata(
    "$session ? { 'id': $session.id, 'url': $session.url, 'serverVersion': $session.serverVersion } : null",
  ),
  result: null,
  tokens: null,
  costUsd: null,
  checks: jsonata('$checks'),
  agentVerdict: null,
};

export const endingOfExhaustedAttempts = {
  outcome: attemptsExhausted,
  cause: jsonata(
    "($poll := $states.context.Execution.Input.poll; 'Still running after ' & $attempt & ' polls, ' & $poll.waitSeconds" +
      " & ($exists($poll.maxWaitSeconds) ? ' to ' & $poll.maxWaitSeconds : '') & ' s apart.'" +
      " & ' The session was aborted and what it changed so far is kept.'" +
      " & ' Raise maxPollAttempts or pollInterval of the rule, or give the agent a smaller task.')",
  ),
};
