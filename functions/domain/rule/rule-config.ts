import type * as z from 'zod';
import { promptTemplateProblem } from '../prompt/prompt-template.ts';
import { jsonOf } from '../text/json-of.ts';
import { type AgentConfig, agentConfigSchema, type Rule } from './rule.ts';
import { type WebhookConfig, webhookConfigSchema } from './webhook-rule.ts';

/** What a rule does, with its config as it was checked. */
export type RuleAction = { type: 'agent'; config: AgentConfig } | { type: 'webhook'; config: WebhookConfig };

export type Read<Value> = ({ ok: true } & Value) | { ok: false; problem: string };

type StoredConfig = Pick<Rule, 'configJson' | 'ruleType'>;

/**
 * What a stored rule does. Its config was checked when it was written, by the version of that day: what does not fit
 * any more names the field, relative to `config` as in the README, and never a value.
 */
export function readAction(rule: StoredConfig): Read<{ action: RuleAction }> {
  const known = actions.get(rule);
  if (known) return known;
  const read = parseAction(rule);
  actions.set(rule, read);
  return read;
}

/**
 * A rule is asked for each alert of a batch, and a long condition or template takes a millisecond. Rules are never
 * changed.
 */
const actions = new WeakMap<StoredConfig, Read<{ action: RuleAction }>>();

function parseAction(rule: StoredConfig): Read<{ action: RuleAction }> {
  if (rule.ruleType === 'agent') {
    const read = readConfig(rule);
    return read.ok ? { ok: true, action: { type: 'agent', config: read.config } } : read;
  }
  const read = parse(webhookConfigSchema, rule);
  return read.ok ? { ok: true, action: { type: 'webhook', config: read.config } } : read;
}

/** The config of a stored agent rule. */
export function readConfig(rule: StoredConfig): Read<{ config: AgentConfig }> {
  if (rule.ruleType !== 'agent') return { ok: false, problem: `ruleType: a ${rule.ruleType} rule has no agent` };
  const read = parse(agentConfigSchema, rule);
  const template = read.ok ? read.config.config?.promptTemplate : undefined;
  const problem = template === undefined ? undefined : promptTemplateProblem(template);
  return problem === undefined ? read : { ok: false, problem: `config.promptTemplate: ${problem}` };
}

function parse<Config>(schema: z.ZodType<Config>, { configJson }: StoredConfig): Read<{ config: Config }> {
  const parsed = schema.safeParse(jsonOf(configJson));
  if (parsed.success) return { ok: true, config: parsed.data };
  const [issue] = parsed.error.issues;
  return { ok: false, problem: `${issue?.path.join('.') || 'config'}: ${issue?.message ?? 'does not fit'}` };
}
