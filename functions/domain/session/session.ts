/** What the relay knows of an OpenCode session, in its own words. The wire format is the adapter's alone. */
import type { Tokens } from '../../contract/execution.ts';
import type { PermissionRule } from '../../contract/permissions.ts';

export interface Session {
  id: string;
  directory: string;
  title: string;
  /** Epoch milliseconds on the server's clock. */
  createdAt: number;
  costUsd: number;
  tokens: Tokens;
  /** Its own rules, as the server tells them; null where it tells none. */
  permissions: PermissionRule[] | null;
}

/** Null where the session is not listed: idle, done, failed, not started and unknown all look alike. */
export type SessionStatus = { type: 'busy' } | { type: 'retry'; message: string; nextAt: number } | null;

export interface SessionError {
  /** Names of 1.x, which those of 2.x are translated to where there is one. */
  name: string;
  message: string;
  statusCode: number | null;
}

export interface SessionMessage {
  id: string;
  role: 'user' | 'assistant';
  /** Of an assistant message: the user message that it answers. */
  parentId: string | null;
  completed: boolean;
  finish: string | null;
  error: SessionError | null;
  structured: boolean;
  /** Concatenated visible text parts. Of a user message that the server wrote itself there are none. */
  text: string;
  /** Complete, and without a text, a tool or a token: what a provider leaves that cuts an answer off. */
  empty: boolean;
  /** Errors of its tool calls, as `tool: error`. */
  toolErrors: string[];
  /** Files that its tools wrote, as they name them. */
  wrote: string[];
  /** Whether the server recorded what the directory held before it; null where that is not told. */
  recorded: boolean | null;
  /** Becomes another one with each part, each state of a tool and each token that is counted. */
  progress: string;
}

/** What 2.x notes among the messages: the end of a run, and a conversation that was cut down to its context. */
export type SessionMark =
  | { id: string; role: 'idle'; outcome: 'succeeded' | 'failed' | 'interrupted'; error: SessionError | null }
  | { id: string; role: 'compaction'; error: SessionError | null };

export type SessionEntry = SessionMessage | SessionMark;

export interface PendingRequest {
  sessionId: string;
  kind: 'permission' | 'question';
  /** What is asked for, in a few words: `edit src/app.ts`, `Which one?`. */
  subject: string;
}

export interface FileDiff {
  /** Relative to the root of the repository. */
  path: string;
  status: 'added' | 'deleted' | 'modified';
  /** Unified diff of this file as the server gave it; empty for a binary file. */
  patch: string;
  additions: number;
  deletions: number;
}
