import type { RuleType } from '../../domain/rule/rule.ts';
import { env } from '../environment.ts';
import type { Reach } from './guard.ts';

const variables = { agent: 'privateServers', webhook: 'privateWebhooks' } as const satisfies Record<RuleType, string>;

/** Whether the addresses of private networks may be reached for rules of this type, as the stack is configured. */
export const privateRanges = (ruleType: RuleType): Reach['privateRanges'] =>
  env(variables[ruleType]) === 'allowed' ? 'allowed' : 'refused';
