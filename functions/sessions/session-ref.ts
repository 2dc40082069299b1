import type { ExecutionInput, SessionRef } from '../contract/execution.ts';
import { limits } from '../contract/limits.ts';
import type { Session } from '../domain/session/session.ts';
import { messageId, partId } from '../domain/session/session-ids.ts';
import type { RecognisedServer, SessionServer } from '../ports.ts';
import type { Workspace } from './workspace.ts';

/** Ends in the job id: creating a session of 1.x is not idempotent, so this is how a repeat finds its own. */
export function sessionTitle({ alert, jobId }: ExecutionInput): string {
  const suffix = ` [${jobId}]`;
  const title = alert.title.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  const room = limits.titleCharacters - suffix.length;
  const fitting = title.length <= room ? title : `${title.slice(0, room - 1)}…`;
  // A cut may leave half a character, which the server would give back as another one.
  return fitting.toWellFormed() + suffix;
}

/** What the workflow carries of a session. The same session always gives the same ids, so a repeated prompt is one. */
export async function describeSession(
  server: SessionServer,
  { session: { endpoint }, jobId }: ExecutionInput,
  workspace: Workspace,
  session: Session,
  { version, dialect }: Pick<RecognisedServer, 'version' | 'dialect'>,
): Promise<SessionRef> {
  return {
    id: session.id,
    ...workspace,
    messageId: messageId(session.createdAt, jobId),
    partId: partId(session.createdAt, jobId),
    baseCommit: await server.headCommit(workspace.directory),
    serverVersion: version,
    dialect,
    url: `${endpoint}${server.page({ id: session.id, directory: workspace.directory })}`,
  };
}
