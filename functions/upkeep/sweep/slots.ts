import { without } from '../../domain/decision/slots.ts';
import { integrationLimitsOf } from '../../domain/rule/budget.ts';
import type { IntegrationStore, JobStore, SlotStore } from '../../ports.ts';

export interface SlotDeps {
  integrations: Pick<IntegrationStore, 'list'>;
  slots: SlotStore;
  jobs: Pick<JobStore, 'get'>;
}

/** Gives back slots whose jobs are over, or not there. How many. Another who writes meanwhile is left to it. */
export async function sweepSlots({ integrations, slots, jobs }: SlotDeps): Promise<number> {
  let given = 0;
  for (const integration of await integrations.list()) {
    if (integrationLimitsOf(integration).maxConcurrentSessions === undefined) continue;
    const { slots: stored, version } = await slots.read(integration.id);
    const ids = stored.holders.map(({ jobId }) => jobId);
    const held = await Promise.all(ids.map((id) => jobs.get(id)));
    const free = ids.filter((_, index) => held[index]?.finishedAt !== undefined || !held[index]);
    if (free.length === 0) continue;
    if (await slots.write(integration.id, without(stored, new Set(free)), version)) given += free.length;
  }
  return given;
}
