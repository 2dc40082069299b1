import * as z from 'zod';

/**
 * What the agent of a rule may do. `fix`: edit and run. `investigate`: read, and run what only reads. `server`: what
 * the server's owner configured, and nothing is sent. `rules`: a list of the rule's own.
 */
const permissionProfiles = ['fix', 'investigate', 'server', 'rules'] as const;

/**
 * A rule of what an agent may do, by OpenCode's names of 1.x: `bash`, `edit`, `external_directory`. The last match
 * wins.
 */
const permissionRuleSchema = z.strictObject({
  action: z.string(),
  resource: z.string(),
  effect: z.enum(['allow', 'deny', 'ask']),
});
export type PermissionRule = z.infer<typeof permissionRuleSchema>;

export const permissionsSchema = z.strictObject({
  profile: z.enum(permissionProfiles),
  /** As the session is created with them. */
  rules: z.array(permissionRuleSchema),
});
export type Permissions = z.infer<typeof permissionsSchema>;
