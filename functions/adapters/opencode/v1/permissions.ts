import * as z from 'zod';
import type { PermissionRule } from '../../../contract/permissions.ts';

export const ruleSchema = z.object({
  permission: z.string(),
  pattern: z.string(),
  action: z.enum(['allow', 'deny', 'ask']),
});
type WireRule = z.infer<typeof ruleSchema>;

export const toWire = ({ action, resource, effect }: PermissionRule): WireRule => ({
  permission: action,
  pattern: resource,
  action: effect,
});
export const fromWire = ({ permission, pattern, action }: WireRule): PermissionRule => ({
  action: permission,
  resource: pattern,
  effect: action,
});
