import { redactText } from '../alert/redact-alert.ts';
import { shownTitle } from '../alert/shown-title.ts';
import type { Rule } from './rule.ts';
import { readAction } from './rule-config.ts';

/**
 * A title as executions, events and sentences show it for a rule: without what looks like a credential, and without
 * what the rule takes out of its alerts.
 */
export function titleFor(rule: Pick<Rule, 'configJson' | 'ruleType'>, title: string): string {
  const read = readAction(rule);
  const patterns = read.ok && read.action.type === 'agent' ? read.action.config.config?.redact : undefined;
  return shownTitle(redactText(title, patterns));
}
