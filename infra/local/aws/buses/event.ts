import { z } from 'zod';

/** An event as EventBridge hands it to targets. */
export const busEventSchema = z.strictObject({
  version: z.literal('0'),
  id: z.string(),
  'detail-type': z.string(),
  source: z.string(),
  account: z.string(),
  /** Whole seconds, e.g. `2026-01-01T00:00:00Z`. */
  time: z.string(),
  region: z.string(),
  resources: z.array(z.string()),
  detail: z.record(z.string(), z.unknown()),
});
export type BusEvent = z.infer<typeof busEventSchema>;

/** What a publisher says; the bus adds the rest. */
export interface NewEvent {
  busName: string;
  source: string;
  detailType: string;
  detail: Record<string, unknown>;
  resources?: string[] | undefined;
  /** Epoch milliseconds; the bus's own time where it is absent. */
  time?: number | undefined;
}

export const wireTime = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
