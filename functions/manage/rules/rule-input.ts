import * as z from 'zod';
import { limits } from '../../contract/limits.ts';
import { promptTemplateProblem } from '../../domain/prompt-template.ts';
import { agentConfigSchema } from '../../domain/rule.ts';
import { immutable, nothing, only, text } from '../fields.ts';
import { NOT_SUPPORTED } from '../refusal.ts';

const otherRuleTypes = ['schedule_notify', 'webhook'];
const otherAgents = ['devin', 'cursor', 'zup', 'aws_devops', 'codex', 'claude'];
const { delayMinutes } = limits;

/** The stored config's schema, with words for the agents it does not know and a look into the prompt template. */
const config = agentConfigSchema
  .extend({ agentType: only('opencode', otherAgents, 'agentType'), integrationId: text() })
  .superRefine((given, context) => {
    const template = given.config?.promptTemplate;
    const message = template === undefined ? undefined : promptTemplateProblem(template);
    if (message) context.addIssue({ code: 'custom', message, path: ['config', 'promptTemplate'] });
  });

const fields = z.strictObject({
  name: text(),
  ruleType: only('agent', otherRuleTypes, 'ruleType'),
  group: text().optional(),
  order: z.int().min(0).optional(),
  delayMinutes: z
    .int()
    .min(delayMinutes.min)
    .max(delayMinutes.max)
    .superRefine((minutes, context) => {
      if (minutes <= 0 || minutes > delayMinutes.max) return;
      const message = 'must be 0: delayed rules are not supported yet';
      context.addIssue({ code: 'custom', message, params: { code: NOT_SUPPORTED } });
    })
    .optional(),
  enabled: z.boolean().optional(),
  config,
});

export const ruleInput = fields.extend({ externalKey: text().optional() });
export type RuleInput = z.output<typeof ruleInput>;

/** Only what is to change; `config` is replaced as a whole. */
export const ruleChange = fields.partial().extend({ externalKey: immutable('the rule') });
export type RuleChange = z.output<typeof ruleChange>;

/** No relay has so many rules; one that is named twice is refused. */
const MAX_ORDERS = 500;

export const ruleOrders = z.strictObject({
  rules: z
    .array(z.strictObject({ id: text(), order: fields.shape.order.unwrap() }))
    .max(MAX_ORDERS)
    .superRefine((rules, context) => {
      const seen = new Set<string>();
      for (const [index, { id }] of rules.entries()) {
        if (seen.has(id)) {
          const issue = { message: 'is named twice', params: { code: 'duplicate' } };
          context.addIssue({ code: 'custom', path: [index, 'id'], ...issue });
        }
        seen.add(id);
      }
    }),
});
export type RuleOrders = z.output<typeof ruleOrders>;

export const ruleFilter = nothing.extend({
  enabled: z
    .enum(['true', 'false'])
    .transform((word) => word === 'true')
    .optional(),
  ruleType: z.enum(['agent', 'schedule_notify', 'webhook']).optional(),
});
export type RuleFilter = z.output<typeof ruleFilter>;
