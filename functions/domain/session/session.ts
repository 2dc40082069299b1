/** What the relay knows of an OpenCode session, in its own words. The wire format is the adapter's alone. */
import type { Tokens } from '../../contract/execution.ts';

export interface Session {
  id: string;
  directory: string;
  title: string;
  /** Epoch milliseconds on the server's clock. */
  createdAt: number;
  costUsd: number;
  tokens: Tokens;
}

/** Null where the session is not listed: idle, done, failed, not started and unknown all look alike. */
export type SessionStatus = { type: 'busy' } | { type: 'retry'; message: string; nextAt: number } | null;

export interface SessionMessage {
  id: string;
  role: 'user' | 'assistant';
  /** Of an assistant message: the user message that it answers. */
  parentId: string | null;
  completed: boolean;
  finish: string | null;
  error: { name: string; message: string; statusCode: number | null } | null;
  structured: boolean;
  /** Concatenated visible text parts. */
  text: string;
  /** Errors of its tool calls, as `tool: error`. */
  toolErrors: string[];
}

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
