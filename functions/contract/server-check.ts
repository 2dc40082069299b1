import * as z from 'zod';
import { executionInputSchema } from './execution.ts';
import { gitStateSchema } from './git-state.ts';

/** What can be wrong with the server of a rule. Each is a lint code, `rule.<problem>`. */
export const serverProblems = [
  'server_unreachable',
  'credentials_rejected',
  'endpoint_refused',
  'server_unsupported',
  'directory_not_usable',
  'unknown_model',
  'unknown_agent',
  'changes_not_recorded',
  'agent_asks',
  'agent_unlimited',
  'server_without_password',
  'server_untested',
  'server_not_checked',
] as const;
export type ServerProblem = (typeof serverProblems)[number];

/** One rule's server, and what the rule asks of it. */
const serverToCheckSchema = executionInputSchema.shape.session
  .pick({ integrationId: true, endpoint: true, model: true, agent: true, directory: true })
  .extend(executionInputSchema.shape.session.pick({ workspace: true, permissions: true }).shape)
  .extend({
    ruleName: z.string(),
    /** Origins that the integration is bound to by its row; where the secret names some, those count. */
    origins: z.array(z.string()),
  });
export type ServerToCheck = z.infer<typeof serverToCheckSchema>;

/** What `manage` asks of `check-servers`. */
export const serverCheckInputSchema = z.strictObject({ servers: z.array(serverToCheckSchema) });

/** What was found of one server. */
const serverFindingsSchema = z.strictObject({
  /** Null where the server told none. */
  version: z.string().nullable(),
  problems: z.array(z.strictObject({ code: z.enum(serverProblems), message: z.string() })),
  /** The directory as the server names it, and the git folder of its repository; absent where there is none to tell. */
  repository: z.strictObject({ directory: z.string(), state: gitStateSchema }).optional(),
});
export type ServerFindings = z.infer<typeof serverFindingsSchema>;

/** The answer: one for each server, in order. */
export const serverCheckAnswerSchema = z.strictObject({ findings: z.array(serverFindingsSchema) });
