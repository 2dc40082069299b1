import * as z from 'zod';

/** By which the sweep ends what lost its own event; the source is `eventSource`, on the account's default bus. */
export const executionFoundEnded = 'Execution found ended';
/** By which it has a server cleared of what a job left there. */
export const sessionLeftBehind = 'Session left behind';

/** How often the sweep looks. */
export const sweepMinutes = 5;

/** What the sweep is called with, by its schedule or by hand. */
export const sweepInputSchema = z.object({
  /** So long what has begun or ended is left to those who are at it; at least as long as an event takes. */
  graceSeconds: z.number().int().min(0).default(180),
});
export type SweepInput = z.infer<typeof sweepInputSchema>;

export const leftBehindSchema = z.object({ detail: z.object({ jobId: z.string() }) });
