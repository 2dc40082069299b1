import type { ExecutionInput } from '../contract/execution.ts';
import type { ServerFindings, ServerToCheck } from '../contract/server-check.ts';
import type { FileDiff, PendingRequest, Session, SessionMessage, SessionStatus } from '../domain/session/session.ts';

/** One OpenCode 1.x server over HTTP. Every call has its own time-out and requires a JSON answer. */
export interface SessionServer {
  /** Throws ServerUnsupported unless this is an OpenCode 1.x API. */
  version(): Promise<string>;
  /** The directory that requests without one act on; throws WorkspaceFailed if `directory` is given and not usable. */
  resolveDirectory(directory: string | null): Promise<string>;
  models(directory: string): Promise<{ providerID: string; modelIDs: string[] }[]>;
  agents(directory: string): Promise<string[]>;
  /** HEAD of the checkout, or null where there is none. */
  headCommit(directory: string): Promise<string | null>;

  listWorktrees(repository: string): Promise<string[]>;
  /** Resolves with the new directory, before its files are there: see `isClean`. */
  createWorktree(repository: string, name: string): Promise<string>;
  removeWorktree(repository: string, directory: string): Promise<void>;
  /** True once the working tree equals its commit: the checkout is complete. */
  isClean(directory: string): Promise<boolean>;

  findSession(directory: string, title: string): Promise<Session | undefined>;
  createSession(directory: string, title: string, metadata: Record<string, string>): Promise<Session>;
  /** Throws SessionLost if the session is gone. */
  session(id: string): Promise<Session>;
  /** Ids of all sub-agent sessions, at any depth. */
  descendants(id: string): Promise<string[]>;
  prompt(
    id: string,
    prompt: {
      messageId: string;
      partId: string;
      text: string;
      model: ExecutionInput['session']['model'];
      agent: string | null;
    },
  ): Promise<void>;
  status(directory: string, id: string): Promise<SessionStatus>;
  /** The newest `limit` messages, oldest first. */
  messages(id: string, limit: number): Promise<SessionMessage[]>;
  pendingRequests(directory: string): Promise<PendingRequest[]>;
  abort(id: string): Promise<void>;
  /** Changes of all turns from our message on; empty when the server kept none. */
  turnDiff(id: string, messageId: string): Promise<FileDiff[]>;
  /**
   * Working tree against its own commit, or against the default branch, commits included. The latter throws
   * WorkspaceFailed where the server knows no default branch.
   */
  workingTreeDiff(directory: string, base: 'head' | 'default_branch'): Promise<FileDiff[]>;
  /** Frees the server's memory for the directory. */
  disposeInstance(directory: string): Promise<void>;
}

export interface SessionServers {
  connect(target: { endpoint: string; integrationId: string }): SessionServer;
}

export interface EndpointPolicy {
  /** Why this origin is never called, in words for its author; undefined if it may be. Resolves no name. */
  refusal(endpoint: string): string | undefined;
}

export interface ServerChecks {
  /** Looks at each server now, in at most 8 s; one answer for each, in order. */
  check(servers: ServerToCheck[]): Promise<ServerFindings[]>;
}
