import * as z from 'zod';
import { relayRunInputSchema } from '../../contract/relay-run.ts';

/**
 * The part in use of EventBridge's `Step Functions Execution Status Change`. Its `input` is whole: a run's is well below the
 * 248 KiB from which it would be left out.
 */
export const runStoppedSchema = z.object({
  detail: z.object({
    executionArn: z.string(),
    /** The execution's name, which is the run's id. */
    name: z.string(),
    status: z.enum(['ABORTED', 'TIMED_OUT', 'FAILED']),
    cause: z.string().nullish(),
    input: z.string().transform((text, context) => {
      const run = relayRunInputSchema.safeParse(JSON.parse(text));
      if (run.success) return run.data;
      context.addIssue({ code: 'custom', message: 'is no input of a relay run' });
      return z.NEVER;
    }),
  }),
});
export type RunStopped = z.infer<typeof runStoppedSchema>;
