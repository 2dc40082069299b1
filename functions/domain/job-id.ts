import { createHash } from 'node:crypto';

/**
 * Id of the job that one rule runs for one alert, and name of its execution: `job_` and 32 hex digits. Starting the same
 * work twice is one job, one execution. 36 of the 80 characters that a name may have, all of them legal. `run` counts, from
 * 1, the runs that users asked for beside the rule's own.
 */
export function jobIdOf(alertId: string, ruleId: string, run?: number): string {
  const parts = run === undefined ? [alertId, ruleId] : [alertId, ruleId, run];
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return `job_${digest.slice(0, 32)}`;
}
