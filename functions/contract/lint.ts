import * as z from 'zod';
import type { serverProblems } from './server-check.ts';

const severities = ['error', 'warning', 'info'] as const;
type LintSeverity = (typeof severities)[number];

/** Everything that lint can find, with its severity. Config-as-code tools take `error` alone for a failure. */
export const lintCodes = {
  'relay.no_rules': 'warning',
  'relay.all_rules_disabled': 'warning',
  'relay.no_enabled_webhook': 'warning',
  'webhook.no_signature': 'warning',
  'webhook.weaker_than_others': 'warning',
  'rule.invalid_config': 'error',
  'rule.unknown_integration': 'error',
  'rule.endpoint_not_allowed': 'error',
  'rule.unbound_integration': 'warning',
  'rule.bound_on_first_use': 'info',
  'rule.short_password': 'warning',
  'rule.poll_budget': 'error',
  'rule.no_checks': 'warning',
  'rule.checks_in_shared_directory': 'warning',
  'rule.no_time_for_findings': 'warning',
  'rule.same_order': 'warning',
  'rule.server_reached': 'info',
  'rule.server_unreachable': 'error',
  'rule.credentials_rejected': 'error',
  'rule.endpoint_refused': 'error',
  'rule.server_unsupported': 'error',
  'rule.directory_not_usable': 'error',
  'rule.unknown_model': 'error',
  'rule.unknown_agent': 'error',
  'rule.changes_not_recorded': 'warning',
  'rule.agent_asks': 'warning',
  'rule.agent_unlimited': 'warning',
  'rule.server_without_password': 'warning',
  'rule.server_untested': 'warning',
  'rule.server_not_checked': 'warning',
  'rule.git_folder_changed': 'error',
  'rule.git_folder_unread': 'warning',
  'rule.no_catalogue': 'error',
  'rule.invalid_catalogue': 'error',
  'catalogue.unreachable_entry': 'warning',
} as const satisfies Record<string, LintSeverity> & Record<`rule.${(typeof serverProblems)[number]}`, LintSeverity>;

export type LintCode = keyof typeof lintCodes;

/** One finding, as the SDK reads it. */
export const lintIssueSchema = z.strictObject({
  severity: z.enum(severities),
  code: z.string(),
  message: z.string(),
  relayId: z.string().optional(),
  ruleId: z.string().optional(),
  details: z.record(z.string(), z.unknown()).optional(),
});
export type LintIssue = z.infer<typeof lintIssueSchema>;
