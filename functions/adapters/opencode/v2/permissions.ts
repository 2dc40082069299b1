import * as z from 'zod';
import type { PermissionRule } from '../../../contract/permissions.ts';

export const ruleSchema = z.object({
  action: z.string(),
  resource: z.string(),
  effect: z.enum(['allow', 'deny', 'ask']),
});

/** What 2.x calls the tools of 1.x; every other action has the same name in both. */
const renamed = { bash: 'shell', task: 'subagent' };
const toNew = new Map(Object.entries(renamed));
const toOld = new Map(Object.entries(renamed).map(([before, after]) => [after, before]));

export const toWire = (rule: PermissionRule): PermissionRule => ({
  ...rule,
  action: toNew.get(rule.action) ?? rule.action,
});
export const fromWire = (rule: PermissionRule): PermissionRule => ({
  ...rule,
  action: toOld.get(rule.action) ?? rule.action,
});
