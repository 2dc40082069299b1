import * as z from 'zod';
import { collectedSchema, executionInputSchema } from './execution.ts';

export const eventSource = 'opencode-relay';
export const sessionFinished = 'OpenCode session finished';

/** Detail of the event on the bus: ids, outcome, cost and a pointer to the result. A downstream step picks it up. */
export const sessionFinishedSchema = z.strictObject({
  jobId: z.string(),
  executionArn: z.string(),
  alert: executionInputSchema.shape.alert,
  relay: executionInputSchema.shape.relay,
  rule: executionInputSchema.shape.rule,
  ...collectedSchema.shape,
});
export type SessionFinished = z.infer<typeof sessionFinishedSchema>;
