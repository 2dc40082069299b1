import { type StormCheck, type StormTriage, stormLimits } from '../../../functions/contract/storm.ts';

const jsonata = (expression: string): string => `{% ${expression} %}`;

const startedBy = 'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID';
const isNext = (next: StormCheck['next']): string => `$check.next = '${next}'`;
const outOfVisits = `$visits >= ${stormLimits.visits}`;

/** The storm's JSONata. Variables: `visits`, what the last visit said (`check`), and what triage came to (`triage`). */
export const expressions = {
  input: jsonata('$states.context.Execution.Input'),
  executionArn: jsonata('$states.context.Execution.Id'),
  stateEnteredAt: jsonata('$states.context.State.EnteredTime'),
  payload: jsonata('$states.result.Payload'),
  nextVisit: jsonata('$visits + 1'),

  idleSince: jsonata('$check.idleSince'),
  waitUntil: jsonata('$check.waitUntil'),
  over: jsonata(isNext('over')),
  due: jsonata(`${isNext('triage')} or ${outOfVisits}`),
  isLate: jsonata(`$check.isLate or ${outOfVisits}`),

  triagedTo: (result: StormTriage['result']): string => jsonata(`$triage.result = '${result}'`),
  jobId: jsonata('$triage.job.id'),
  /** The link by which the console shows the session's parent. */
  linkedInput: jsonata(`$merge([$triage.job.input, { '${startedBy}': $states.context.Execution.Id }])`),
  /** Of a green session its own output; the rest is read where it is stored. */
  sessionOutcome: jsonata('$states.result.Output.outcome'),

  /** What the console shows of triage: the input of the session is long, and stands with the session. */
  triageSummary: {
    result: jsonata('$states.result.Payload.result'),
    sentence: jsonata('$states.result.Payload.sentence'),
    alerts: jsonata('$states.result.Payload.alerts'),
    reason: jsonata('$states.result.Payload.reason'),
    jobId: jsonata('$states.result.Payload.job ? $states.result.Payload.job.id : null'),
  },
  released: {
    stormId: jsonata('$states.context.Execution.Input.stormId'),
    visits: jsonata('$visits'),
  },
  dispatched: {
    stormId: jsonata('$states.context.Execution.Input.stormId'),
    alerts: jsonata('$triage.alerts'),
    jobId: jsonata('$triage.job.id'),
    rootCause: jsonata('$rootCause'),
  },
  underInvestigation: {
    stormId: jsonata('$states.context.Execution.Input.stormId'),
    alerts: jsonata('$triage.alerts'),
    jobId: jsonata('$triage.job.id'),
    sentence: jsonata('$triage.sentence'),
  },
  reason: jsonata('$triage.reason'),
  sentence: jsonata('$triage.sentence'),
  failure: jsonata('$failure'),
} as const;

export const failedHere = {
  failure: jsonata(
    "'opencode-relay itself failed in the step ' & $states.context.State.Name & ' (' & $states.errorOutput.Error & ').'" +
      " & ' Open that step of this execution: its error names the log entry to read.'" +
      " & ' What is held stays storm_held; new alerts are held no more. Have the rule run for a held alert through the API.'",
  ),
};
