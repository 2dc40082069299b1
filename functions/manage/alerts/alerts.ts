import type { Alert } from '../../domain/alert.ts';
import type { Job } from '../../domain/job.ts';
import type { AlertStore, DecisionStore, JobStore } from '../../ports.ts';
import { notFound, type Refusal } from '../refusal.ts';

export interface AlertDeps {
  alerts: Pick<AlertStore, 'get'>;
  decisions: Pick<DecisionStore, 'listByAlert'>;
  jobs: Pick<JobStore, 'list'>;
}

export async function getAlert({ alerts }: AlertDeps, id: string): Promise<Alert | Refusal> {
  return (await alerts.get(id)) ?? notFound('alert');
}

/** The sessions that were started for an alert, oldest first. */
export async function listAgents({ alerts, decisions, jobs }: AlertDeps, alertId: string): Promise<Job[] | Refusal> {
  if (!(await alerts.get(alertId))) return notFound('alert');
  const found = (await decisions.listByAlert(alertId)).flatMap(({ jobId }) => jobId ?? []);
  const list = await jobs.list([...new Set(found)]);
  return list.sort((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
}
