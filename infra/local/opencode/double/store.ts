import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const errorSchema = z.object({ type: z.string(), message: z.string(), status: z.int().optional() });
export type WireError = z.infer<typeof errorSchema>;

const tokensSchema = z.object({
  input: z.int(),
  output: z.int(),
  reasoning: z.int(),
  cache: z.object({ read: z.int(), write: z.int() }),
});

const toolSchema = z.object({
  type: z.literal('tool'),
  id: z.string(),
  name: z.string(),
  state: z.object({
    status: z.enum(['running', 'completed', 'error']),
    input: z.record(z.string(), z.unknown()),
    content: z.array(z.object({ type: z.literal('text'), text: z.string() })).optional(),
    error: errorSchema.optional(),
  }),
});
export type ToolPart = z.infer<typeof toolSchema>;

const assistantSchema = z.object({
  type: z.literal('assistant'),
  id: z.string(),
  agent: z.string(),
  model: z.object({ providerID: z.string(), id: z.string() }),
  content: z.array(z.union([z.object({ type: z.literal('text'), text: z.string() }), toolSchema])),
  snapshot: z.object({ start: z.string().optional(), end: z.string().optional() }).optional(),
  finish: z.string().optional(),
  error: errorSchema.optional(),
  retry: z.object({ attempt: z.int(), at: z.number(), error: errorSchema }).optional(),
  cost: z.number().optional(),
  tokens: tokensSchema.optional(),
  time: z.object({ created: z.number(), completed: z.number().optional() }),
});
export type Assistant = z.infer<typeof assistantSchema>;

const base = { id: z.string(), time: z.object({ created: z.number() }) };
const messageSchema = z.discriminatedUnion('type', [
  assistantSchema,
  z.object({ ...base, type: z.enum(['user', 'synthetic']), text: z.string() }),
  z.object({
    ...base,
    type: z.literal('compaction'),
    status: z.literal('failed'),
    reason: z.literal('auto'),
    error: errorSchema,
  }),
  z.object({
    ...base,
    type: z.literal('idle'),
    outcome: z.enum(['succeeded', 'failed', 'interrupted']),
    error: errorSchema.optional(),
  }),
]);
export type Message = z.infer<typeof messageSchema>;

/** Admitted, and not yet with the agent. */
const inboxSchema = z.object({
  id: z.string(),
  type: z.enum(['user', 'synthetic']),
  text: z.string(),
  created: z.number(),
});

export const ruleSchema = z.object({
  action: z.string(),
  resource: z.string(),
  effect: z.enum(['allow', 'deny', 'ask']),
});
export type Rule = z.infer<typeof ruleSchema>;

const sessionSchema = z.object({
  id: z.string(),
  parentID: z.string().optional(),
  title: z.string(),
  agent: z.string(),
  model: z.object({ providerID: z.string(), id: z.string() }),
  directory: z.string(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  permissions: z.array(ruleSchema).optional(),
  created: z.number(),
  outcome: z.string().optional(),
  cost: z.number(),
  tokens: tokensSchema,
  messages: z.array(messageSchema),
  inbox: z.array(inboxSchema),
});
export type StoredSession = z.infer<typeof sessionSchema>;

const stateSchema = z.object({
  sessions: z.array(sessionSchema),
  worktrees: z.array(z.object({ projectID: z.string(), directory: z.string() })),
});

/** What outlives a restart: sessions with their messages and inboxes, and the worktrees that were made. */
export class Store {
  readonly sessions = new Map<string, StoredSession>();
  worktrees: { projectID: string; directory: string }[] = [];
  private readonly file: string | undefined;
  private numbered = 0;

  constructor(file: string | undefined) {
    this.file = file;
    if (file === undefined) return;
    try {
      const state = stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
      for (const session of state.sessions) this.sessions.set(session.id, session);
      this.worktrees = state.worktrees;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }

  /** Ids sort in the order in which they were made, also after a restart. */
  id(prefix: string): string {
    this.numbered += 1;
    return `${prefix}_${Date.now().toString(16).padStart(12, '0')}${String(this.numbered).padStart(14, '0')}`;
  }

  /** Ids of messages are unique in the whole server. */
  ownerOf(messageId: string): StoredSession | undefined {
    return [...this.sessions.values()].find(({ inbox, messages }) =>
      [...inbox, ...messages].some(({ id }) => id === messageId),
    );
  }

  save(): void {
    if (this.file === undefined) return;
    mkdirSync(dirname(this.file), { recursive: true, mode: 0o700 });
    const state = { sessions: [...this.sessions.values()], worktrees: this.worktrees };
    writeFileSync(`${this.file}.new`, JSON.stringify(state), { mode: 0o600 });
    renameSync(`${this.file}.new`, this.file);
  }
}
