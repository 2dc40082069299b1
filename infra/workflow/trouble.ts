import { Choice, Condition, type IChainable, type TaskStateBase, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { limits } from '../../functions/contract/limits.ts';

const jsonata = (expression: string): string => `{% ${expression} %}`;

const { first, longest } = limits.troubleWaitSeconds;
const hasBegun = '$exists($trouble.since)';
const isOver = `$toMillis($trouble.at) - $toMillis($trouble.since) > ${limits.troubleSeconds} * 1000`;
const hasLasted = `(${hasBegun} ? ${isOver} : false)`;
/** Executions that met a limit together do not meet it together again: chance shortens a wait by up to a half. */
const nextWait = `$ceil($min([${longest}, ${first} * $power(2, $trouble.tries - 1)]) * (1 - $random() / 2))`;

/**
 * The variable `trouble` is null while all goes well. Else it says in which step there was trouble last, with which
 * error, `at` which time that attempt began, since when none has succeeded, and how many have failed.
 */
export const noTrouble = { trouble: null };

/** In the catcher of a step. It knows no time but `at`, so that `since` is left to the state that follows. */
export const troubleMet = {
  trouble: jsonata(
    "$merge([$trouble ? $trouble : {}, { 'step': $states.context.State.Name, 'error': $states.errorOutput.Error," +
      " 'at': $states.context.State.EnteredTime, 'tries': $sum([$trouble.tries, 1]) }])",
  ),
};

/** Of a step that may be asked for hours: `tries` counts on, so that waits stay long where trouble comes and goes. */
export const troublePassed = { trouble: jsonata("$trouble ? { 'tries': $trouble.tries } : null") };

/** Trouble is counted from the end of the first attempt that met it. */
export const troubleBegins = {
  trouble: jsonata(`${hasBegun} ? $trouble : $merge([$trouble, { 'since': $states.context.State.EnteredTime }])`),
};
export const troubleIsNew = jsonata(`$trouble ? $not(${hasBegun}) : false`);
export const troubleHasLasted = jsonata(hasLasted);

/** A step that is tried again, and where it leads once trouble has lasted for too long. */
interface TriedStep {
  step: TaskStateBase;
  givenUp: IChainable;
  assign?: Record<string, unknown>;
}

/**
 * Trouble of AWS or of our own code in a step is waited out, and the step tried again, for an hour. Two states serve
 * all steps; an attempt costs 9 events of the history: wait 2, choose 2, task 5.
 */
export function waitOutTrouble(scope: Construct, [last, ...others]: [TriedStep, ...TriedStep[]]): void {
  const wait = Wait.jsonata(scope, 'Wait for trouble to pass', {
    comment: 'Trouble of AWS or of opencode-relay itself: the variable "trouble" says where, which, and since when.',
    time: WaitTime.seconds(jsonata(`${hasLasted} ? 1 : ${nextWait}`)),
    assign: troubleBegins,
  });
  const choice = Choice.jsonata(scope, 'Try again?', {
    comment: 'The step that failed, for an hour. Then it is given up; what there is of a result is kept.',
  });
  wait.next(choice);
  for (const { step, givenUp, assign } of [...others, last]) {
    const condition = Condition.jsonata(jsonata(`${isAt(step)} and ${hasLasted}`));
    choice.when(condition, givenUp, assign && { assign });
    step.addCatch(wait, { assign: troubleMet });
  }
  for (const { step } of others) choice.when(Condition.jsonata(jsonata(isAt(step))), step);
  choice.otherwise(last.step);
}

const isAt = ({ id }: TaskStateBase): string => `$trouble.step = '${id}'`;
