import * as z from 'zod';

/** What an agent says of its own work. Shown, and nothing is decided by it. */
export const agentVerdictSchema = z.strictObject({
  verdict: z.enum(['fixed', 'diagnosed_no_change', 'not_our_code', 'needs_human']),
  /** Why, in one sentence. */
  sentence: z.string(),
  /** From 0 to 1. */
  confidence: z.number().min(0).max(1),
});
export type AgentVerdict = z.infer<typeof agentVerdictSchema>;
