import { expect } from 'vitest';
import { z } from 'zod';
import { eventually } from '../eventually.ts';
import type { System } from './system.ts';

const jobSchema = z.object({ id: z.string(), executionId: z.string(), jobData: z.record(z.string(), z.unknown()) });

/** Resolves with the alert's job once its session is being polled, or its execution has been in another state. */
export const polledJob = (
  system: System,
  alertId: string,
  state = 'Poll session',
): Promise<z.infer<typeof jobSchema>> =>
  eventually(async () => {
    const [job] = await system.client.alert.listAgents(alertId);
    const history = JSON.stringify(await system.history(job?.executionId ?? ''));
    expect(history).toContain(`"name":"${state}"`);
    return jobSchema.parse(job);
  }, 500);
