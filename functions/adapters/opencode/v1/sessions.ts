import * as z from 'zod';
import type { Session } from '../../../domain/session/session.ts';
import type { Client } from '../client.ts';
import { type SessionCalls, usageFields } from '../session-fields.ts';
import { readDescendants } from './descendants.ts';
import { readMessages } from './messages.ts';
import { observe } from './observe.ts';
import { sessionPath } from './paths.ts';
import { fromWire, ruleSchema, toWire } from './permissions.ts';
import { descendantsAtWork, readStatuses } from './statuses.ts';

const sessionSchema = z
  .object({
    id: z.string(),
    directory: z.string(),
    title: z.string(),
    time: z.object({ created: z.number() }),
    ...usageFields,
    permission: z.array(ruleSchema).nullish(),
  })
  .transform(({ id, directory, title, time, cost, tokens, permission }): Session => {
    const rules = permission?.map(fromWire);
    return { id, directory, title, createdAt: time.created, costUsd: cost, tokens, permissions: rules ?? null };
  });

/** Sessions, their messages and what they wait for. */
export const sessionCalls = (client: Client): SessionCalls => ({
  async findSession({ directory, title }) {
    // The search is for a part of the title, with wildcards, and without regard to case.
    const query = { directory, search: title, roots: 'true' };
    const sessions = await client.ask(
      { method: 'GET', path: '/session', query, size: 'large' },
      z.array(sessionSchema),
    );
    // Newest first. Had a lost answer left two, every repeat would take the older one.
    return sessions.findLast((session) => session.title === title && session.directory === directory);
  },

  async createSession({ directory, title, metadata, permissions }) {
    const permission = permissions?.map(toWire);
    const body = { title, metadata, ...(permission && { permission }) };
    const call = { method: 'POST', path: '/session', query: { directory }, body, time: 'create', once: true } as const;
    return client.ask(call, sessionSchema);
  },

  page: ({ id, directory }) => `/${Buffer.from(directory).toString('base64url')}/session/${id}`,

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

  observe: (run, options) => observe(client, run, options),

  async atWork(directory, id) {
    const { own, others } = await readStatuses(client, directory, id);
    const descendants = await descendantsAtWork(client, id, others);
    return own === null ? descendants : [id, ...descendants];
  },

  messages: (id, limit) => readMessages(client, id, limit),

  abort: (id) => client.tell({ method: 'POST', path: sessionPath(id, '/abort'), time: 'abort' }),
});
