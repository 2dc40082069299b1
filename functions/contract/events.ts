import * as z from 'zod';
import { appliedEntrySchema } from './catalogue.ts';
import { collectedSchema, executionInputSchema } from './execution.ts';
import { traceparentSchema } from './traceparent.ts';

export const eventSource = 'opencode-relay';
export const sessionFinished = 'OpenCode session finished';

/** Detail of the event on the bus: ids, outcome, cost and a pointer to the result. A downstream step picks it up. */
export const sessionFinishedSchema = z.strictObject({
  jobId: z.string(),
  executionArn: z.string(),
  alert: executionInputSchema.shape.alert,
  relay: executionInputSchema.shape.relay,
  rule: executionInputSchema.shape.rule,
  /** Where its pull request, and the word of it, belong; null where the rule asks no catalogue. */
  catalogue: appliedEntrySchema.nullish(),
  /** Of the delivery that the session was started for; none where the execution began before there were any. */
  traceparent: z.nullish(traceparentSchema),
  /** Where the management API links to the page of the session; none in events of before. */
  reportUrl: z.string().nullish(),
  ...collectedSchema.shape,
});
export type SessionFinished = z.infer<typeof sessionFinishedSchema>;
