import * as z from 'zod';
import { stormInputSchema } from '../../contract/storm.ts';

/** "Step Functions Execution Status Change" of a storm that did not succeed; its input comes as JSON text. */
export const stormStoppedSchema = z.object({
  detail: z.object({
    executionArn: z.string(),
    name: z.string(),
    status: z.enum(['ABORTED', 'TIMED_OUT', 'FAILED']),
    input: z
      .string()
      .transform((text) => JSON.parse(text) as unknown)
      .pipe(stormInputSchema),
  }),
});
export type StormStopped = z.infer<typeof stormStoppedSchema>;
