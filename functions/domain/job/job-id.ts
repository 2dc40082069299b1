import { hashedId } from '../text/digest.ts';

/**
 * Id of the job that one rule runs for one alert, and name of its execution: `job_` and 32 hex digits. Starting the
 * same work twice is one job, one execution. 36 of the 80 characters that a name may have, all of them legal. `run`
 * counts, from 1, the runs that users asked for beside the rule's own.
 */
export function jobIdOf(alertId: string, ruleId: string, run?: number): string {
  return idOf(run === undefined ? [alertId, ruleId] : [alertId, ruleId, run]);
}

/** The same in a later round of a relay run; the first round is the rule's own. */
export const jobIdOfRound = (alertId: string, ruleId: string, round: number): string =>
  round <= 1 ? jobIdOf(alertId, ruleId) : idOf([alertId, ruleId, 'round', round]);

/** The same when it is tried again, `retry` counting from 1; 0 is the rule's own. */
export const jobIdOfRetry = (alertId: string, ruleId: string, retry: number): string =>
  retry <= 0 ? jobIdOf(alertId, ruleId) : idOf([alertId, ruleId, 'retry', retry]);

/** Name of the relay run of an alert: `run_` and 32 hex digits. */
export const relayRunIdOf = (alertId: string): string => hashedId('run', JSON.stringify([alertId]));

const idOf = (parts: (string | number)[]): string => hashedId('job', JSON.stringify(parts));
