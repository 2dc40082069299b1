import type * as z from 'zod';
import { statusChangeWithInput } from '../../contract/status-change.ts';
import { stormInputSchema } from '../../contract/storm.ts';

export const stormStoppedSchema = statusChangeWithInput('storm', stormInputSchema);
export type StormStopped = z.infer<typeof stormStoppedSchema>;
