import * as z from 'zod';
import type { SessionEntry, SessionError } from '../../../domain/session/session.ts';
import type { Client } from '../client.ts';
import type { TimeLimit } from '../limits.ts';
import { dataOf } from './location.ts';
import { sessionPath } from './paths.ts';

/** A message, and the wait for the provider that stands at an answer while it lasts. */
export interface WireEntry {
  entry: SessionEntry;
  retry: { message: string; nextAt: number } | null;
}

/** The server takes 200 at most; fifty messages of the size that tools make stay far below an answer's limit. */
const PAGE = 50;

/** Names of 1.x for what is the same in both. */
const knownErrors: Record<string, string> = {
  aborted: 'MessageAbortedError',
  'compaction.failed': 'ContextOverflowError',
  'provider.auth': 'ProviderAuthError',
  'provider.content-filter': 'ContentFilterError',
  'provider.no-route': 'UnknownModelError',
};

const errorSchema = z
  .object({ type: z.string(), message: z.string().default(''), status: z.number().nullish() })
  .transform(
    ({ type, message, status }): SessionError => ({
      name: knownErrors[type] ?? type,
      message,
      statusCode: status ?? null,
    }),
  );

const contentSchema = z.object({
  type: z.string(),
  text: z.string().optional(),
  name: z.string().optional(),
  state: z
    .object({
      status: z.string(),
      error: z.object({ message: z.string().default('') }).optional(),
      input: z
        .object({ path: z.string().optional().catch(undefined) })
        .catch({})
        .optional(),
    })
    .optional(),
});

const wireSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('user'), id: z.string(), text: z.string().default('') }),
  z.object({
    type: z.literal('assistant'),
    id: z.string(),
    content: z.array(contentSchema).default([]),
    finish: z.string().nullish(),
    error: errorSchema.nullish(),
    retry: z.object({ at: z.number(), error: errorSchema }).nullish(),
    time: z.object({ completed: z.number().nullish() }),
    tokens: z.record(z.string(), z.unknown()).nullish(),
    snapshot: z.object({ start: z.string().optional() }).nullish(),
  }),
  z.object({
    type: z.literal('idle'),
    id: z.string(),
    outcome: z.enum(['succeeded', 'failed', 'interrupted']),
    error: errorSchema.nullish(),
  }),
  z.object({ type: z.literal('compaction'), id: z.string(), error: errorSchema.nullish() }),
]);
type Wire = z.infer<typeof wireSchema>;

const typesInUse: ReadonlySet<string> = new Set(['user', 'assistant', 'idle', 'compaction'] satisfies Wire['type'][]);

/** Of any other type nothing is expected: 2.x has seven more, and may get others. */
const pageSchema = z
  .object({
    data: z.array(z.looseObject({ type: z.string() })),
    cursor: z.object({ next: z.string().optional() }).default({}),
  })
  .transform(({ data, cursor }): { messages: unknown[]; next: string | null } => ({
    messages: data.filter(({ type }) => typesInUse.has(type)),
    // It is there as long as the page is not empty.
    next: data.length > 0 ? (cursor.next ?? null) : null,
  }))
  .pipe(z.object({ messages: z.array(wireSchema), next: z.string().nullable() }));

interface Reading {
  /** Of the first page; each next one holds as many as all before it. */
  first?: number;
  /** No further than to one of these. */
  ends?: ReadonlySet<string | undefined>;
}

/** The newest `limit` messages, oldest first. */
export async function readEntries(
  client: Client,
  id: string,
  limit: number,
  { first = PAGE, ends = new Set() }: Reading = {},
): Promise<WireEntry[]> {
  const newestFirst: Wire[] = [];
  let from: Record<string, string> = { order: 'desc' };
  for (let left = limit, size = first; left > 0; left -= size, size = Math.min(limit - left, PAGE)) {
    const query = { ...from, limit: String(Math.min(left, size)) };
    const call = { method: 'GET', path: sessionPath(id, '/message'), query, size: 'large' } as const;
    const { messages, next } = await client.ask(call, pageSchema);
    newestFirst.push(...messages);
    if (next === null || messages.some((message) => ends.has(message.id))) break;
    // A cursor has its order in it, and is refused beside another.
    from = { cursor: next };
  }
  return inOrder(newestFirst.reverse());
}

/** An answer names no message that it is one to: it is one to the user message before it. */
function inOrder(messages: Wire[]): WireEntry[] {
  let parentId: string | null = null;
  return messages.map((message) => {
    if (message.type === 'user') parentId = message.id;
    return entryOf(message, parentId);
  });
}

const blank = {
  parentId: null,
  completed: false,
  finish: null,
  error: null,
  structured: false,
  empty: false,
  toolErrors: [],
  wrote: [],
  recorded: null,
  progress: '',
};

function entryOf(message: Wire, parentId: string | null): WireEntry {
  const { id } = message;
  const error = 'error' in message ? (message.error ?? null) : null;
  switch (message.type) {
    case 'user':
      return { entry: { ...blank, id, role: 'user', text: message.text }, retry: null };
    case 'idle':
      return { entry: { id, role: 'idle', outcome: message.outcome, error }, retry: null };
    case 'compaction':
      return { entry: { id, role: 'compaction', error }, retry: null };
    case 'assistant': {
      const { content, finish, retry, time } = message;
      const entry: SessionEntry = {
        ...blank,
        id,
        role: 'assistant',
        parentId,
        completed: typeof time.completed === 'number',
        finish: finish ?? null,
        error,
        text: content.map(({ type, text = '' }) => (type === 'text' ? text : '')).join(''),
        empty: isEmpty(message),
        toolErrors: content.flatMap(toolError),
        wrote: content.flatMap(wroteFile),
        recorded: message.snapshot?.start !== undefined,
        progress: JSON.stringify([message.tokens, content.map(({ type, state }) => state?.status ?? type)]),
      };
      return {
        entry,
        retry: retry ? { message: retry.error.message, nextAt: retry.at } : null,
      };
    }
  }
}

function isEmpty({ content, time, tokens }: Extract<Wire, { type: 'assistant' }>): boolean {
  const isSilent = content.every(({ type, text = '' }) => type !== 'tool' && text.trim() === '');
  const isTokenless = tokens != null && [tokens.output, tokens.reasoning].every((count) => (count ?? 0) === 0);
  return typeof time.completed === 'number' && isSilent && isTokenless;
}

/** Tools that name the file that they write. */
const writers: ReadonlySet<string> = new Set(['write', 'edit']);

const wroteFile = ({ name, state }: z.infer<typeof contentSchema>): string[] =>
  writers.has(name ?? '') && state?.status === 'completed' && state.input?.path ? [state.input.path] : [];

const toolError = ({ type, name, state }: z.infer<typeof contentSchema>): string[] =>
  type === 'tool' && state?.status === 'error' ? [`${name ?? 'tool'}: ${state.error?.message ?? 'failed'}`] : [];

const idSchema = dataOf(z.object({ id: z.string() }));

/** Whether the agent was given a message: then it is one of the session's. */
export async function isDelivered(
  client: Client,
  id: string,
  messageId: string,
  time: TimeLimit = 'read',
): Promise<boolean> {
  const path = sessionPath(id, `/message/${encodeURIComponent(messageId)}`);
  return (
    (await client.find({ method: 'GET', path, time, size: 'large' }, idSchema, 'MessageNotFoundError')) !== undefined
  );
}

/** Whether a message is accepted and not yet with the agent. */
export async function isWaiting(client: Client, id: string, messageId: string): Promise<boolean> {
  const call = { method: 'GET', path: sessionPath(id, '/inbox'), size: 'large' } as const;
  const { data } = await client.ask(call, dataOf(z.array(z.object({ id: z.string() }))));
  return data.some((item) => item.id === messageId);
}
