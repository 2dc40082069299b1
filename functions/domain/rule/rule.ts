import * as z from 'zod';
import { checkSchema } from '../../contract/checks.ts';
import { limits } from '../../contract/limits.ts';
import { amount, within } from '../../contract/ranges.ts';
import { matchSchema } from './match.ts';
import { rulePermissionsSchema } from './permissions.ts';
import { redactPatternsSchema } from './redact-patterns.ts';

export const ruleSchema = z.strictObject({
  id: z.string(),
  relayId: z.string(),
  name: z.string(),
  group: z.string(),
  externalKey: z.string().optional(),
  order: z.number().int(),
  delayMinutes: z.number().int(),
  ruleType: z.enum(['agent', 'webhook']),
  /** The config's own JSON text: it comes back as it was sent, key order included, without defaults. */
  configJson: z.string(),
  enabled: z.boolean(),
  /** Starts at 1; every change adds one, and each execution names the version it ran. */
  version: z.number().int(),
  createdBy: z.string(),
  updatedBy: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  deletedAt: z.string().optional(),
});
export type Rule = z.infer<typeof ruleSchema>;
export type RuleType = Rule['ruleType'];

const name = z.string().min(1).max(limits.nameCharacters);

/**
 * An http(s) origin, and the path that a gateway has the server behind. Query and user info would be dropped or leak,
 * so they are refused.
 */
const endpoint = z.string().superRefine((text, context) => {
  const problem = addressProblem(text) ?? pathProblem(text);
  if (problem) context.addIssue({ code: 'custom', message: problem });
});

/** What keeps a text from being an origin: nothing but scheme, host and port. */
export function originProblem(text: string): string | undefined {
  const problem = addressProblem(text);
  if (problem !== undefined) return problem;
  return new URL(text).pathname === '/' ? undefined : 'must not carry a path: give the origin of the server only';
}

/** As it is written: what a URL resolves, like `..`, or has to encode would be another path than the author's. */
function pathProblem(text: string): string | undefined {
  const path = /^[a-z]+:\/\/[^/]*(.*)$/i.exec(text)?.[1] ?? '';
  const isPlain = /^(?:\/[\w~-][\w.~-]*)*\/?$/.test(path);
  return isPlain ? undefined : 'must carry a path of plain names only, such as https://gateway.internal.corp/opencode';
}

function addressProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return 'must be a URL such as https://opencode.internal.corp:4096';
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must start with https:// or http://';
  if (url.username || url.password) return 'must not carry a user name or password: set them on the integration';
  if (url.search || text.includes('?')) return 'must not carry a query';
  if (url.hash || text.includes('#')) return 'must not carry a fragment';
  return undefined;
}

/** Where a server is: its origin, and the path before its own, without a slash at the end. */
export function serverAddress(endpointOfRule: string): string {
  const { origin, pathname } = new URL(endpointOfRule);
  return `${origin}${pathname.replace(/\/$/, '')}`;
}

const verifySchema = z
  .array(checkSchema)
  .min(limits.checks.min)
  .max(limits.checks.max)
  .superRefine((checks, context) => {
    for (const [index, { name: own }] of checks.entries()) {
      if (checks.findIndex((check) => check.name === own) === index) continue;
      context.addIssue({ code: 'custom', path: [index, 'name'], message: 'must be the name of one check only' });
    }
    const minutes = checks.reduce((sum, check) => sum + check.minutes * (check.on === 'base_and_patch' ? 2 : 1), 0);
    if (minutes <= limits.checkMinutesInAll) return;
    const message = `may take ${limits.checkMinutesInAll} minutes in all, those on "base_and_patch" counted twice: these take ${minutes}`;
    context.addIssue({ code: 'custom', message });
  });

/** Options of an agent rule beyond the public contract, in its free `config` object. */
export const agentOptionsSchema = z.strictObject({
  directory: z.string().startsWith('/').max(4_096).optional(),
  agent: name.optional(),
  workspace: z.enum(['worktree', 'shared']).optional(),
  keepWorkspace: z.boolean().optional(),
  /** What is done with a file in which a credential was found; absent: `withhold`. */
  secretScan: z.enum(['withhold', 'flag', 'off']).optional(),
  /** What the agent may do; absent: `fix`. */
  permissions: rulePermissionsSchema.optional(),
  /** What is taken out of an alert before a model is given it: patterns that match in linear time. */
  redact: redactPatternsSchema.optional(),
  promptTemplate: z.string().min(1).max(limits.promptTemplateCharacters).optional(),
  onResolve: z.enum(['continue', 'stop']).optional(),
  /** The wait between polls grows up to this; absent: it stays `pollInterval`. */
  maxPollInterval: within(limits.pollIntervalMs).optional(),
  /** Which alerts the rule is for; absent: all. */
  match: matchSchema.optional(),
  cooldownSeconds: within(limits.cooldownSeconds).optional(),
  criticalBypassesStorm: z.boolean().optional(),
  maxCostUsd: amount(limits.costUsd).optional(),
  maxTokens: within(limits.sessionTokens).optional(),
  maxMessages: within(limits.sessionMessages).optional(),
  maxMinutes: within(limits.sessionMinutes).optional(),
  stallMinutes: within(limits.stallMinutes).optional(),
  /** Commands that are run on what the agent has changed, as they stand here: nothing of an alert is put into them. */
  verify: verifySchema.optional(),
  verifyRetries: within(limits.verifyRetries).optional(),
  /** A check that does not pass ends as `verification_failed`; absent: it is shown. */
  verifyRequired: z.boolean().optional(),
  /** The agent is asked to end its answer with a verdict of its own. */
  agentVerdict: z.boolean().optional(),
  maxChangedLines: within(limits.changedLines).optional(),
  maxChangedFiles: within(limits.changedFiles).optional(),
  maxSessionsPerDay: within(limits.sessionsPerDay).optional(),
  maxCostUsdPerDay: amount(limits.costUsd).optional(),
  /** The entry of the catalogue that is for the alert stands in for what is said here. */
  catalogue: z.boolean().optional(),
});

/** `config` of a rule with `ruleType: "agent"`, `agentType: "opencode"`. Field names and ranges: the SDK's contract. */
export const agentConfigSchema = z.strictObject({
  agentType: z.literal('opencode'),
  integrationId: z.string().min(1),
  endpoint,
  openCodeModel: z.strictObject({ providerID: name, modelID: name }).optional(),
  pollInterval: within(limits.pollIntervalMs).optional(),
  maxPollAttempts: within(limits.maxPollAttempts).optional(),
  stormThreshold: within(limits.stormThreshold).optional(),
  stormWindowSeconds: within(limits.stormWindowSeconds).optional(),
  maxImmediateDispatches: within(limits.maxImmediateDispatches).optional(),
  config: agentOptionsSchema.optional(),
});
export type AgentConfig = z.infer<typeof agentConfigSchema>;
