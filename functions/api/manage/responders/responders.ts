import * as z from 'zod';
import type { Alert } from '../../../domain/alert/alert.ts';
import { type AgentResponder, agentResponderOf, type Responder, responderIdOf } from '../../../domain/job/responder.ts';
import type { AlertQueries, Clock, ResponderStore } from '../../../ports.ts';
import { jobsOf, type WorkDeps } from '../agents/work.ts';
import type { Named } from '../alerts/alerts.ts';
import { conflict } from '../change.ts';
import { text } from '../fields.ts';
import { type MemberDeps, refuseStranger } from '../members/members.ts';
import { type ApiRefusal, notFound } from '../refusal.ts';

export interface ResponderDeps extends MemberDeps, WorkDeps {
  alerts: Pick<AlertQueries, 'get' | 'acknowledge' | 'takeBackAcknowledgement'>;
  responders: ResponderStore;
  clock: Pick<Clock, 'now'>;
}

const LINK_CHARACTERS = 2_000;

const isWebAddress = (link: string): boolean => /^https?:\/\//i.test(link) && URL.canParse(link);

export const responderChange = z.strictObject({
  status: z.enum(['done', 'dropped']),
  prUrl: text(LINK_CHARACTERS).refine(isWebAddress, 'must be an http or https address').optional(),
});
type ResponderChange = z.output<typeof responderChange>;

export type AnyResponder = Responder | AgentResponder;

/** People and agents at an alert, in the order of joining. An agent is there from its session on. */
export async function listResponders(deps: ResponderDeps, alertId: string): Promise<AnyResponder[] | ApiRefusal> {
  const alert = await deps.alerts.get(alertId);
  if (!alert) return notFound('alert');
  const [people, agents] = await Promise.all([deps.responders.listByAlert(alertId), agentsOf(deps, alert)]);
  return [...people, ...agents].sort((a, b) => Date.parse(a.joinedAt) - Date.parse(b.joinedAt));
}

/** The session of a storm is at each of its alerts. */
async function agentsOf(deps: ResponderDeps, alert: Alert): Promise<(AgentResponder & { jobId: string })[]> {
  const jobs = await jobsOf(deps, alert);
  return jobs.flatMap((job) => {
    const agent = agentResponderOf({ ...job, alertId: alert.id });
    return agent ? [{ ...agent, jobId: job.id }] : [];
  });
}

/** A user is on it, and that acknowledges the alert. Repeated, it is one responder; who has left is on it again. */
export async function onIt(
  deps: ResponderDeps,
  alertId: string,
  { userId, caller }: Named,
): Promise<Responder | ApiRefusal> {
  if (!(await deps.alerts.get(alertId))) return notFound('alert');
  const who = userId ?? caller;
  const stranger = await refuseStranger(deps, who, caller);
  if (stranger) return stranger;
  const at = deps.clock.now().toISOString();
  const id = responderIdOf(alertId, who);
  const responder = await deps.responders.join({ id, alertId, userId: who, status: 'on_it', joinedAt: at });
  await deps.alerts.acknowledge(alertId, at, who);
  return responder;
}

/** A user is done, or drops it. If the last one on it drops it, the alert is not acknowledged any more. */
export async function updateResponder(
  deps: ResponderDeps,
  { alertId, id }: { alertId: string; id: string },
  { status, prUrl }: ResponderChange,
): Promise<Responder | ApiRefusal> {
  const alert = await deps.alerts.get(alertId);
  if (!alert) return notFound('alert');
  const at = deps.clock.now().toISOString();
  const ended = await deps.responders.end({ alertId, id, status, prUrl, at });
  if (!ended) return refuseAgent(deps, alert, id);
  if (ended.status === 'dropped') await takeBack(deps, ended, at);
  return ended;
}

/**
 * Takes the acknowledgement back if nobody is on it. What was acknowledged after the drop is kept. Whoever joins
 * meanwhile acknowledges before or after this: if before, the second look sees him and does it again.
 */
async function takeBack(
  { alerts, responders }: ResponderDeps,
  { alertId, completedAt }: Responder,
  at: string,
): Promise<void> {
  const active = async () => (await responders.listByAlert(alertId)).find(({ status }) => status === 'on_it');
  if (await active()) return;
  await alerts.takeBackAcknowledgement(alertId, at, completedAt ?? at);
  const joined = await active();
  if (joined) await alerts.acknowledge(alertId, at, joined.userId);
}

async function refuseAgent(deps: ResponderDeps, alert: Alert, id: string): Promise<ApiRefusal> {
  const agent = (await agentsOf(deps, alert)).find((each) => each.id === id);
  if (!agent) return notFound('responder');
  return conflict(
    `The status of an agent follows its session. To stop it: POST /v0/agents/jobs/${agent.jobId}/cancel.`,
  );
}
