import * as z from 'zod';

export const pauseSwitchSchema = z.strictObject({
  paused: z.boolean(),
  /** Name of the token that changed it last. */
  by: z.string(),
  at: z.string(),
  /** In the words of who paused. */
  reason: z.string().optional(),
});
/** The one switch of the whole stack: while it is paused, nothing starts. */
export type PauseSwitch = z.infer<typeof pauseSwitchSchema>;
