import * as z from 'zod';
import type { Session, SessionStatus } from '../../../domain/session/session.ts';
import type { SessionServer } from '../../../ports.ts';
import type { Client } from '../client.ts';
import { messageSchema } from './messages.ts';
import { readPending } from './pending.ts';

type SessionCalls = Pick<
  SessionServer,
  | 'findSession'
  | 'createSession'
  | 'session'
  | 'descendants'
  | 'prompt'
  | 'status'
  | 'messages'
  | 'pendingRequests'
  | 'abort'
>;

/** Enough to see what a run is made of; a tree beyond it is no longer counted. */
const MAX_DEPTH = 5;
const MAX_DESCENDANTS = 100;

const noTokens = { input: 0, output: 0, reasoning: 0, cache: { read: 0, write: 0 } };
const sessionSchema = z
  .object({
    id: z.string(),
    directory: z.string(),
    title: z.string(),
    time: z.object({ created: z.number() }),
    // Not there before 1.18.
    cost: z.number().default(0),
    tokens: z
      .object({
        input: z.number(),
        output: z.number(),
        reasoning: z.number(),
        cache: z.object({ read: z.number(), write: z.number() }),
      })
      .default(noTokens),
  })
  .transform(({ id, directory, title, time, cost, tokens: { input, output, reasoning, cache } }): Session => {
    const tokens = { input, output, reasoning, cacheRead: cache.read, cacheWrite: cache.write };
    return { id, directory, title, createdAt: time.created, costUsd: cost, tokens };
  });

const statusSchema = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('idle') }),
    z.object({ type: z.literal('busy') }),
    z.object({ type: z.literal('retry'), message: z.string(), next: z.number() }),
  ])
  .transform((status): SessionStatus => {
    if (status.type === 'idle') return null;
    return status.type === 'busy' ? status : { type: 'retry', message: status.message, nextAt: status.next };
  });

/** Path of a session and of what is below it. */
export const sessionPath = (id: string, below = ''): string => `/session/${encodeURIComponent(id)}${below}`;

/** Sessions, their messages and what they wait for. */
export const sessionCalls = (client: Client): SessionCalls => ({
  async findSession(directory, title) {
    // The search is for a part of the title, with wildcards, and without regard to case.
    const query = { directory, search: title, roots: 'true' };
    const sessions = await client.ask(
      { method: 'GET', path: '/session', query, size: 'large' },
      z.array(sessionSchema),
    );
    // Newest first. Had a lost answer left two, every repeat would settle on the older one.
    return sessions.findLast((session) => session.title === title && session.directory === directory);
  },

  createSession: (directory, title, metadata) =>
    client.ask(
      { method: 'POST', path: '/session', query: { directory }, body: { title, metadata }, time: 'create', once: true },
      sessionSchema,
    ),

  session: (id) => client.ask({ method: 'GET', path: sessionPath(id) }, sessionSchema),

  descendants: (id) => readDescendants(client, id),

  prompt: (id, { messageId, partId, text, model, agent }) =>
    client.tell({
      method: 'POST',
      path: sessionPath(id, '/prompt_async'),
      body: {
        messageID: messageId,
        parts: [{ id: partId, type: 'text', text }],
        ...(model && { model }),
        ...(agent !== null && { agent }),
      },
      time: 'prompt',
    }),

  async status(directory, id) {
    const call = { method: 'GET', path: '/session/status', query: { directory } } as const;
    // Of other sessions nothing is expected, so that nothing of theirs can be in the way.
    const schema = z
      .record(z.string(), z.unknown())
      .transform((all) => all[id])
      .pipe(statusSchema.optional());
    return (await client.ask(call, schema)) ?? null;
  },

  messages: (id, limit) =>
    client.ask(
      { method: 'GET', path: sessionPath(id, '/message'), query: { limit: String(limit) }, size: 'large' },
      z.array(messageSchema),
    ),

  pendingRequests: (directory) => readPending(client, directory),

  abort: (id) => client.tell({ method: 'POST', path: sessionPath(id, '/abort'), time: 'abort' }),
});

async function readDescendants(client: Client, id: string): Promise<string[]> {
  const schema = z.array(z.object({ id: z.string() }));
  const found = new Set<string>();
  let generation = [id];
  for (let depth = 0; depth < MAX_DEPTH && generation.length > 0; depth++) {
    const next: string[] = [];
    for (const parent of generation) {
      if (found.size >= MAX_DESCENDANTS) return [...found].slice(0, MAX_DESCENDANTS);
      for (const child of await client.ask({ method: 'GET', path: sessionPath(parent, '/children') }, schema)) {
        if (child.id === id || found.has(child.id)) continue;
        found.add(child.id);
        next.push(child.id);
      }
    }
    generation = next;
  }
  return [...found].slice(0, MAX_DESCENDANTS);
}
