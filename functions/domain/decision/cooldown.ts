import { limits } from '../../contract/limits.ts';
import type { Alert } from '../alert/alert.ts';
import type { Job } from '../job/job.ts';

export interface CooldownCase {
  /** The alert that asks for a session. */
  alertId: string;
  /** The last job of the rule for the same incident; undefined: there was none. */
  last: Pick<Job, 'id' | 'alertId' | 'collected' | 'finishedAt'> | undefined;
  /** The alert of that job, as it is now. */
  lastAlert: Pick<Alert, 'id' | 'resolvedAt'> | undefined;
  cooldownSeconds: number;
  now: Date;
}

/**
 * Why the incident is left alone for now; undefined: it may have a session. What ended without a change, or blocked,
 * would end so again while nothing has changed: it is quiet until its alert clears, for a week at most, since some
 * senders never say so. A diff is quiet for the
 * rule's `cooldownSeconds`: it waits for somebody. A failure is
 * no reason to wait.
 */
export function cooldownOf({ alertId, last, lastAlert, cooldownSeconds, now }: CooldownCase): string | undefined {
  if (!last?.collected || last.finishedAt === undefined || last.alertId === alertId) return undefined;
  const session = `The last session for this incident (job ${last.id}) ended with ${last.collected.outcome}`;
  switch (last.collected.outcome) {
    case 'no_changes':
    case 'blocked':
      if (!lastAlert || lastAlert.resolvedAt !== undefined) return undefined;
      if (now.getTime() - Date.parse(last.finishedAt) >= limits.quietDays * 86_400_000) return undefined;
      return `${session}, and its alert ${lastAlert.id} has not cleared since: it is quiet until then.`;
    case 'diff_ready':
    case 'verification_failed':
    case 'diff_too_large': {
      const until = Date.parse(last.finishedAt) + cooldownSeconds * 1_000;
      if (now.getTime() >= until) return undefined;
      return `${session} at ${last.finishedAt}: it cools down for ${cooldownSeconds} s, until ${new Date(until).toISOString()}.`;
    }
    default:
      return undefined;
  }
}
