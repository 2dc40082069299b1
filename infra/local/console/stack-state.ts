import { z } from 'zod';
import type { ManagementApi } from '../../commands/api.ts';
import { anyHook } from '../../commands/hook.ts';
import type { StackState } from './views.ts';

const switchAnswer = z.object({
  switch: z.object({ paused: z.boolean(), by: z.string(), at: z.string(), reason: z.string().optional() }),
});

/** Whether starts are paused, and where an alert of one's own goes. */
export async function readStackState(api: ManagementApi, hooksUrl: string): Promise<StackState> {
  const [answer, hook] = await Promise.all([api.ask('GET', '/switch', switchAnswer), anyHook(api)]);
  const { paused, by, at, reason = null } = answer.switch;
  return {
    paused: paused ? { by, at, reason } : null,
    hookUrl: hook ? `${hooksUrl}/${hook.webhookKey}` : null,
  };
}
