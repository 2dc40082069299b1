import * as z from 'zod';
import { type Rule, ruleSchema } from '../../../domain/rule/rule.ts';
import { JsonText } from '../json-text.ts';
import { organizationId } from '../organization.ts';

/** As the SDK has it: every field is always there, null where it has no value. */
export const ruleView = (rule: Rule) => ({
  id: rule.id,
  organizationId,
  relayId: rule.relayId,
  group: rule.group,
  externalKey: rule.externalKey ?? null,
  name: rule.name,
  order: rule.order,
  delayMinutes: rule.delayMinutes,
  ruleType: rule.ruleType,
  config: new JsonText(rule.configJson),
  enabled: rule.enabled,
  createdAt: rule.createdAt,
  updatedAt: rule.updatedAt,
  deletedAt: rule.deletedAt ?? null,
});

export const ruleViewSchema = ruleSchema
  .omit({ configJson: true, version: true, createdBy: true, updatedBy: true })
  .extend({
    organizationId: z.string(),
    externalKey: z.string().nullable(),
    /** As it was sent, letter for letter. */
    config: z.record(z.string(), z.unknown()),
    deletedAt: z.string().nullable(),
  });
