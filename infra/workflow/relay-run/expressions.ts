import { greenOutcomes, type Outcome, outcomes } from '../../../functions/contract/outcomes.ts';
import { traceparentOfInput } from '../expressions.ts';

const jsonata = (expression: string): string => `{% ${expression} %}`;
const relayFailed: Outcome = 'relay_failed';
const cancelled: Outcome = 'cancelled';

const input = '$states.context.Execution.Input';
const payload = '$states.result.Payload';
const step = '$steps[$index]';
const isLast = '$index + 1 >= $count($steps)';
const isGreen = `$previous.outcome in ${JSON.stringify(greenOutcomes)}`;
const roundsLeft = `$roundNumber < ${input}.rounds`;
const startedBy = 'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID';

/** What the step has come to, for whoever reads the run's output. */
const decided = "{ 'rule': $steps[$index].ruleName, 'round': $roundNumber, 'did': $decision.reason }";
const ended = (outcome: string): string =>
  "{ 'rule': $steps[$index].ruleName, 'round': $roundNumber, 'did': $decision.reason," +
  ` 'outcome': ${outcome}, 'jobId': $decision.job.id }`;

/** The relay run's JSONata. Variables are those of one group. */
export const expressions = {
  groups: jsonata(`${input}.groups`),
  inputField: (field: string): string => jsonata(`${input}.${field}`),
  traceparent: traceparentOfInput,
  group: jsonata('$group'),
  round: jsonata('$roundNumber'),
  previous: jsonata('$previous'),
  alreadyThere: jsonata('$alreadyThere'),
  step: { ruleId: jsonata(`${step}.ruleId`), ruleName: jsonata(`${step}.ruleName`) },
  /** Always an array, also of one or none. */
  rest: jsonata('[$filter($steps, function($each, $at) { $at > $index }).ruleId]'),
  payload: jsonata(payload),

  /** A time in the past waits not at all. */
  turnAt: jsonata(`$fromMillis($toMillis($from) + ${step}.delayMinutes * 60000)`),
  repeatAfterSeconds: jsonata(`${input}.repeatAfterSeconds`),

  jobId: jsonata('$decision.job.id'),
  /** The link by which the console shows a session's parent. */
  linkedInput: jsonata(`$merge([$decision.job.input, { '${startedBy}': $states.context.Execution.Id }])`),

  starts: jsonata("$decision.action = 'start'"),
  goesOn: jsonata(`$decision.action = 'next' and $not(${isLast})`),
  goesOnInNextRound: jsonata(`$decision.action = 'next' and ${roundsLeft}`),
  greenWithRest: jsonata(`${isGreen} and $roundNumber = 1 and $not(${isLast})`),
  green: jsonata(isGreen),
  redWithRest: jsonata(`$not(${isLast})`),
  redInNextRound: jsonata(roundsLeft),

  groupOver: {
    group: jsonata('$group'),
    rounds: jsonata('$roundNumber'),
    steps: jsonata('$did'),
    failed: false,
  },
  groupFailed: {
    group: jsonata('$group'),
    rounds: jsonata('$roundNumber'),
    steps: jsonata('$did'),
    failed: true,
    failure: jsonata('$failure'),
  },
  runOver: {
    runId: jsonata(`${input}.runId`),
    alertId: jsonata(`${input}.alert.id`),
    groups: jsonata('$states.result'),
  },
  anyFailed: jsonata('true in $states.input.groups.failed'),
  failures: jsonata(
    "$join($states.input.groups[failed].('Group \"' & group & '\": ' & failure), ' ')" +
      " & ' The other groups ended as they would have. What had not started is settled by run-stopped.'",
  ),
} as const;

/** At the beginning of a group. */
export const groupBegins = {
  group: jsonata('$states.input.name'),
  steps: jsonata('$states.input.steps'),
  index: 0,
  roundNumber: 1,
  from: jsonata(`${input}.receivedAt`),
  did: [],
  previous: null,
  alreadyThere: false,
};

export const nextStep = { index: jsonata('$index + 1'), alreadyThere: false };

/** The delays of a later round count from its beginning. */
export const nextRound = {
  index: 0,
  alreadyThere: false,
  roundNumber: jsonata('$roundNumber + 1'),
  from: jsonata(`$fromMillis($toMillis($states.context.State.EnteredTime) + ${input}.repeatAfterSeconds * 1000)`),
};

export const noted = { did: jsonata(`$append($did, ${decided})`) };

export const failureOf = jsonata(
  "'the step of rule \"' & $steps[$index].ruleName & '\" failed in ' & $states.context.State.Name" +
    " & ' (' & $states.errorOutput.Error & ').'",
);

const session = (outcome: string, cause: string) => ({
  previous: {
    ruleId: jsonata(`${step}.ruleId`),
    ruleName: jsonata(`${step}.ruleName`),
    jobId: jsonata('$decision.job.id'),
    outcome: jsonata(outcome),
    cause: jsonata(cause),
  },
  did: jsonata(`$append($did, ${ended(outcome)})`),
});

/** Of a green session: its output is what `Collect result` returned. */
export const greenSession = session('$states.result.Output.outcome', '$states.result.Output.cause');

/** Of any other: the cause is the description of its execution, which names our outcome where it ended by itself. */
const child = "($states.errorOutput.Error = 'States.TaskFailed' ? $parse($states.errorOutput.Cause) : {})";
export const redSession = session(
  `(${child}.Error in ${JSON.stringify(outcomes)} ? ${child}.Error` +
    ` : ${child}.Status in ["ABORTED", "TIMED_OUT"] ? '${cancelled}' : '${relayFailed}')`,
  `($exists(${child}.Cause) ? ${child}.Cause : 'Its execution ended without a cause.')`,
);
