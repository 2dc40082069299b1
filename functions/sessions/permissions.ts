import type { ExecutionInput } from '../contract/execution.ts';
import type { PermissionRule, Permissions } from '../contract/permissions.ts';
import type { Session } from '../domain/session/session.ts';
import { TaskError } from '../domain/task/errors.ts';

/** What is sent at the creation of a session; nothing where its server's owner decides alone. */
export const permissionsFor = ({ rules }: Permissions): { permissions?: PermissionRule[] } =>
  rules.length === 0 ? {} : { permissions: rules };

/** Throws ServerUnsupported where the server did not keep what the agent may do: never silently unlimited. */
export function checkPermissions(
  { permissions: kept }: Pick<Session, 'permissions'>,
  { session: { permissions }, rule }: Pick<ExecutionInput, 'session' | 'rule'>,
  version: string,
): void {
  const { profile, rules } = permissions;
  if (rules.length === 0 || endsWith(kept ?? [], rules)) return;
  throw new TaskError(
    'ServerUnsupported',
    `OpenCode ${version} did not keep the permissions of the session (${profile}), so nothing was started. Update the server; or ` +
      `set config.permissions of rule "${rule.name}" to "server", so that its own configuration alone limits the agent.`,
  );
}

/** Rules of the server's own may stand before ours, which count more. */
function endsWith(kept: readonly PermissionRule[], rules: readonly PermissionRule[]): boolean {
  const last = kept.slice(-rules.length);
  return rules.every(({ action, resource, effect }, index) => {
    const rule = last[index];
    return rule?.action === action && rule.resource === resource && rule.effect === effect;
  });
}
