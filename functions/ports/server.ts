import type { Dialect, ExecutionInput, SessionRef } from '../contract/execution.ts';
import type { PermissionRule } from '../contract/permissions.ts';
import type { ServerFindings, ServerToCheck } from '../contract/server-check.ts';
import type { ServerTarget } from '../domain/job/server-of.ts';
import type { GitFolderContent } from '../domain/repository/git-state.ts';
import type { RuleType } from '../domain/rule/rule.ts';
import type { FileDiff, Session, SessionMessage } from '../domain/session/session.ts';
import type { Look, Seen } from '../domain/session/verdict.ts';
import type { Texts } from '../domain/text/texts.ts';
import type { CheckRun } from '../domain/verification/verdict.ts';

/** The session of a job: what it is found by, and what it is made with. */
export interface WantedSession {
  /** 2.x: the session's id comes from it. */
  jobId: string;
  directory: string;
  /** 1.x: found by it. */
  title: string;
  metadata: Record<string, string>;
  model: ExecutionInput['session']['model'];
  agent: string | null;
  /** Absent: what the server's owner configured. */
  permissions?: PermissionRule[];
}

export interface Prompt {
  messageId: string;
  /** 1.x alone has parts. */
  partId: string;
  text: string;
  model: ExecutionInput['session']['model'];
  agent: string | null;
}

/** A checkout and the commit that its changes are told against. */
export interface WorkingTree {
  directory: string;
  baseCommit: string | null;
  /** It is a session's own: nobody else changes it, so all that differs from the base is the session's. */
  own: boolean;
}

export interface PatchAudit {
  /** Which of the patches do not apply to the base commit. */
  unfit: number[];
  /** Paths that are in the directory otherwise than the patches make them, ignored files left out. */
  differing: string[];
  /** Of the named paths, those that git ignores. */
  ignored: string[];
}

/** Commands that are to be run on what a session has changed, one after another, each for so long at most. */
export interface CheckOrder {
  /** Chosen by us, and nothing that the agent could have known: the same order again is the same run. */
  id: string;
  directory: string;
  repository: string;
  baseCommit: string | null;
  /** The directory is a tree of the session's own: after each command it is put back as it was. */
  own: boolean;
  /** `onBase`: one that fails is run on the base commit too. */
  checks: { command: string; seconds: number; onBase: boolean }[];
}

export interface ChecksSeen {
  /** `lost`: they ended without an end, as with a restart of their machine. */
  state: 'running' | 'done' | 'lost';
  runs: CheckRun[];
  /** Which one is at work. */
  now: number | null;
}

/** Where checks run, and by what they are known. */
type CheckPlace = Pick<CheckOrder, 'id' | 'repository'>;

/** One OpenCode server over HTTP, of either dialect. Every call has its own time-out and requires a JSON answer. */
export interface SessionServer {
  /** The directory that requests without one act on; throws WorkspaceFailed if `directory` is given and not usable. */
  resolveDirectory(directory: string | null): Promise<string>;
  models(directory: string): Promise<{ providerID: string; modelIDs: string[] }[]>;
  agents(directory: string): Promise<string[]>;
  /** What the server itself lets an agent do; undefined where there is no such agent. */
  agentPermissions(directory: string, agent: string): Promise<PermissionRule[] | undefined>;
  /** True where the server answers without a password. */
  isOpen(): Promise<boolean>;
  /** What all worktrees of the directory's repository share; null where it is in none. Runs nothing of it. */
  gitFolder(directory: string): Promise<GitFolderContent | null>;
  /** HEAD of the checkout, or null where there is none. */
  headCommit(directory: string): Promise<string | null>;

  listWorktrees(repository: string): Promise<string[]>;
  /** Resolves with the new directory, perhaps before its files are there: see `isCheckedOut`. */
  createWorktree(repository: string, name: string): Promise<string>;
  removeWorktree(repository: string, directory: string): Promise<void>;
  /** True once all files of a new worktree are there. */
  isCheckedOut(worktree: string): Promise<boolean>;
  /**
   * Sets a session's own worktree to a branch, tag or commit that the repository has; nothing is fetched. `unknown`: it
   * has none of the name. Whatever was changed there is gone.
   */
  setBase(worktree: string, ref: string): Promise<'done' | 'unknown' | 'failed'>;

  findSession(wanted: Pick<WantedSession, 'jobId' | 'directory' | 'title'>): Promise<Session | undefined>;
  /** Only after `findSession` found none: 1.x would make another one. */
  createSession(wanted: WantedSession): Promise<Session>;
  /** Throws SessionLost if the session is gone. */
  session(id: string): Promise<Session>;
  /** Path and query of the session in the server's own web UI. */
  page(session: Pick<Session, 'id' | 'directory'>): string;
  /** Ids of all sub-agent sessions, at any depth. */
  descendants(id: string): Promise<string[]>;
  /** Idempotent: the same ids are the same message, and one that the agent was given is not sent again. */
  prompt(id: string, prompt: Prompt): Promise<void>;
  /** One look at the run of our message. */
  observe(run: Pick<SessionRef, 'id' | 'directory' | 'messageId'>, look: Look): Promise<Seen>;
  /** Which of a session and its sub-agents the server works on; none: idle, done, failed, or not started. */
  atWork(directory: string, id: string): Promise<string[]>;
  /** The newest `limit` messages, oldest first. */
  messages(id: string, limit: number): Promise<SessionMessage[]>;
  abort(id: string): Promise<void>;
  /**
   * Changes of all turns from our message on; empty when the server kept none. `last`: the prompt that followed last,
   * where any did.
   */
  turnDiff(id: string, messageId: string, last?: string): Promise<FileDiff[]>;
  /**
   * The working tree against a commit, whatever was committed since; null where the server cannot tell exactly that.
   */
  workingTreeDiff(tree: WorkingTree): Promise<FileDiff[] | null>;
  /** False where the server is configured to record no changes of a turn. */
  takesSnapshots(directory: string): Promise<boolean>;
  /** Paths whose content in the directory is not that of HEAD, whoever changed them. */
  changedPaths(directory: string): Promise<string[]>;
  /** What the server's own git makes of a patch, one text for each path; null where it could not be asked. */
  auditPatch(
    checkout: { directory: string; baseCommit: string },
    patches: Texts,
    named: string[],
  ): Promise<PatchAudit | null>;
  /** Has checks run in the background, without a model. False where the server runs no command. Idempotent. */
  startChecks(order: CheckOrder): Promise<boolean>;
  /** Null where the server runs no command. */
  lookAtChecks(place: CheckPlace): Promise<ChecksSeen | null>;
  /** The last 8 KiB of what each of the runs printed; null where that is not to be had. */
  checkOutputs(place: CheckPlace, runs: readonly Pick<CheckRun, 'check' | 'on'>[]): Promise<(string | null)[]>;
  /** Ends what is at work of them, and leaves nothing. False where that is not certain. */
  endChecks(place: CheckPlace): Promise<boolean>;
  /** Frees the server's memory for the directory. */
  disposeInstance(directory: string): Promise<void>;
}

/** What runs checks. */
export type CheckCalls = Pick<SessionServer, 'startChecks' | 'lookAtChecks' | 'checkOutputs' | 'endChecks'>;

/** A server that said which OpenCode it is. */
export interface RecognisedServer {
  server: SessionServer;
  version: string;
  dialect: Dialect;
  /** Why this version is taken on trust, in a sentence; null where it is one that the tests ran. */
  untested: string | null;
}

/** What tells of a session's changes. */
export type DiffCalls = Pick<
  SessionServer,
  'turnDiff' | 'workingTreeDiff' | 'takesSnapshots' | 'changedPaths' | 'auditPatch'
>;

export interface SessionServers {
  /** Asks the server what it is. Throws ServerUnsupported unless it is an OpenCode that is known to work. */
  recognise(target: ServerTarget): Promise<RecognisedServer>;
  connect(target: ServerTarget, dialect: Dialect): SessionServer;
}

export interface EndpointPolicy {
  /**
   * Why rules of this type never call this address, in words for their author; undefined if they may. Resolves no name.
   */
  refusal(endpoint: string, ruleType: RuleType): string | undefined;
}

export interface ServerChecks {
  /** Looks at each server now, in at most 8 s; one answer for each, in order. */
  check(servers: ServerToCheck[]): Promise<ServerFindings[]>;
}
