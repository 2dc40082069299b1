import type { SessionRef } from '../contract/execution.ts';
import type { SessionServer } from '../ports.ts';
import type { Audit } from './changes.ts';
import { type Findings, isServerGone } from './findings.ts';

/**
 * Patches are tried where they are to be applied, and an own worktree also without any: what it holds is about to be
 * removed.
 */
export function auditBy(server: SessionServer, session: SessionRef, findings: Findings): Audit {
  const { baseCommit, directory } = session;
  const { written } = findings;
  return async (patches) => {
    if (baseCommit === null || isServerGone(findings)) return null;
    if (!session.worktree && patches.length + written.length === 0) return null;
    return server.auditPatch({ directory, baseCommit }, patches, written);
  };
}
