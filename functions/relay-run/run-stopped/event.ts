import type * as z from 'zod';
import { relayRunInputSchema } from '../../contract/relay-run.ts';
import { statusChangeWithInput } from '../../contract/status-change.ts';

export const runStoppedSchema = statusChangeWithInput('relay run', relayRunInputSchema);
export type RunStopped = z.infer<typeof runStoppedSchema>;
