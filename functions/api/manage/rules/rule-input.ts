import * as z from 'zod';
import { limits } from '../../../contract/limits.ts';
import { within } from '../../../contract/ranges.ts';
import { promptTemplateProblem } from '../../../domain/prompt/prompt-template.ts';
import { agentConfigSchema } from '../../../domain/rule/rule.ts';
import { webhookConfigSchema } from '../../../domain/rule/webhook-rule.ts';
import { byShape } from '../by-shape.ts';
import { immutable, nothing, oneOf, only, REFUSED, text } from '../fields.ts';
import { NOT_SUPPORTED } from '../refusal.ts';

const otherAgents = ['devin', 'cursor', 'zup', 'aws_devops', 'codex', 'claude'];

/** The stored config's schema, with words for the agents it does not know and a look into the prompt template. */
const agentConfig = agentConfigSchema
  .extend({ agentType: only('opencode', otherAgents, 'agentType'), integrationId: text() })
  .superRefine((given, context) => {
    const template = given.config?.promptTemplate;
    const message = template === undefined ? undefined : promptTemplateProblem(template);
    if (message) context.addIssue({ code: 'custom', message, path: ['config', 'promptTemplate'] });
    const { pollInterval = limits.pollIntervalMs.default, config: { maxPollInterval = pollInterval } = {} } = given;
    if (maxPollInterval >= pollInterval) return;
    const below = `must not be below pollInterval (${pollInterval}): the wait grows from that up to this`;
    context.addIssue({ code: 'custom', message: below, path: ['config', 'maxPollInterval'] });
  });

const fields = z.strictObject({
  name: text(),
  group: text().optional(),
  order: z.int().min(0).optional(),
  delayMinutes: within(limits.delayMinutes).optional(),
  enabled: z.boolean().optional(),
});
const key = { externalKey: text().optional() };

const agentRule = fields.extend({ ...key, ruleType: z.literal('agent'), config: agentConfig });
const webhookRule = fields.extend({ ...key, ruleType: z.literal('webhook'), config: webhookConfigSchema });
/** Of the public contract, and refused by its name. */
const notifyRule = z
  .looseObject({ ruleType: z.literal('schedule_notify') })
  .transform((_, context) => {
    const message = '"schedule_notify" is not supported: ruleType must be "agent" or "webhook"';
    context.addIssue({ code: 'custom', message, path: ['ruleType'], params: { code: NOT_SUPPORTED } });
    return z.NEVER;
  })
  .meta({ [REFUSED]: true });

export const ruleInput = z.discriminatedUnion('ruleType', [agentRule, webhookRule, notifyRule], {
  error: ({ code }) => (code === 'invalid_union' ? 'must be "agent" or "webhook"' : undefined),
});
export type RuleInput = z.output<typeof agentRule> | z.output<typeof webhookRule>;

const isAgentConfig = (given: unknown): boolean =>
  typeof given === 'object' && given !== null && ('agentType' in given || 'integrationId' in given);
/** A change need not say the type of the rule: its config tells by its fields which one is meant. */
const configChange = byShape((given) => (isAgentConfig(given) ? agentConfig : webhookConfigSchema));

/** Only what is to change; `config` is replaced as a whole. */
export const ruleChange = fields.partial().extend({
  ruleType: oneOf(['agent', 'webhook'], ['schedule_notify'], 'ruleType').optional(),
  config: configChange.optional(),
  externalKey: immutable('the rule'),
});
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
