import { promptTemplateProblem } from './prompt-template.ts';
import { type AgentConfig, agentConfigSchema, type Rule } from './rule.ts';

export type RuleConfig = { ok: true; config: AgentConfig } | { ok: false; problem: string };

/**
 * The config of a stored rule. It was checked when it was written, by the version of that day: what does not fit any more
 * names the field, relative to `config` as in the README, and never a value.
 */
export function readConfig({ configJson }: Pick<Rule, 'configJson'>): RuleConfig {
  const parsed = agentConfigSchema.safeParse(jsonOf(configJson));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { ok: false, problem: `${issue?.path.join('.') || 'config'}: ${issue?.message ?? 'does not fit'}` };
  }
  const template = parsed.data.config?.promptTemplate;
  const problem = template === undefined ? undefined : promptTemplateProblem(template);
  if (problem !== undefined) return { ok: false, problem: `config.promptTemplate: ${problem}` };
  return { ok: true, config: parsed.data };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
