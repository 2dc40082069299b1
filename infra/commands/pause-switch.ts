import { z } from 'zod';

/** Of the routes that pause and resume all starts. */
export const switchAnswer = z.object({
  switch: z.object({ paused: z.boolean(), by: z.string(), at: z.string(), reason: z.string().optional() }),
});
