import * as z from 'zod';
import type { Alert } from '../../../domain/alert/alert.ts';
import { nextActions } from '../../../domain/explain/next-actions.ts';
import type { Job } from '../../../domain/job/job.ts';
import { jobView, jobViewSchema } from '../agents/job-view.ts';
import { jobsOf } from '../agents/work.ts';
import { type ApiRefusal, notFound } from '../refusal.ts';
import { responderView, responderViewSchema } from '../responders/responder-view.ts';
import { type AnyResponder, listResponders, type ResponderDeps } from '../responders/responders.ts';
import { alertView, alertViewSchema } from './alert-view.ts';

interface FixContext {
  alert: Alert;
  responders: AnyResponder[];
  jobs: Job[];
}

/** Everything that a person or an agent needs who takes an alert over. */
export async function getFixContext(deps: ResponderDeps, alertId: string): Promise<FixContext | ApiRefusal> {
  const alert = await deps.alerts.get(alertId);
  if (!alert) return notFound('alert');
  const [responders, jobs] = await Promise.all([listResponders(deps, alertId), jobsOf(deps, alert)]);
  return Array.isArray(responders) ? { alert, responders, jobs } : responders;
}

/** The summary counts who is on it now, not who was. */
export const fixContextView = ({ alert, responders, jobs }: FixContext) => {
  const active = responders.filter(({ status }) => status === 'on_it');
  const onIt = active.flatMap((responder) => ('userId' in responder ? responder.userId : []));
  return {
    alert: alertView(alert),
    responders: responders.map(responderView),
    jobs: jobs.map(jobView),
    summary: {
      hasHumanResponder: onIt.length > 0,
      hasAgentResponder: active.length > onIt.length,
      assignedToUserId: alert.assignedToUserId ?? null,
      acknowledged: alert.acknowledgedAt !== undefined,
      resolved: alert.resolvedAt !== undefined,
    },
    nextActions: nextActions({ alert, onIt, jobs }),
  };
};

export const fixContextViewSchema = z.strictObject({
  alert: alertViewSchema,
  responders: z.array(responderViewSchema),
  jobs: z.array(jobViewSchema),
  summary: z.strictObject({
    hasHumanResponder: z.boolean(),
    hasAgentResponder: z.boolean(),
    assignedToUserId: z.string().nullable(),
    acknowledged: z.boolean(),
    resolved: z.boolean(),
  }),
  nextActions: z.array(z.string()),
});
