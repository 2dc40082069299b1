import { z } from 'zod';
import { type Asked, data, invalid, Refused, type Reply, type Route } from './replies.ts';
import { sessionOf } from './session-routes.ts';
import type { Store } from './store.ts';

const DEFAULT_MESSAGES = 50;
const MAX_MESSAGES = 200;

const order = z.enum(['asc', 'desc']);
const cursorSchema = z.object({ id: z.string(), order, direction: z.literal('next') });
/** One of them at a time; the marks of an end cannot be asked for. */
const types = ['user', 'synthetic', 'assistant', 'compaction'];

/** Messages in pages. */
export const messageRoutes = (store: Store): Route[] => [
  { method: 'GET', path: '/api/session/:id/message', answer: (asked) => page(store, asked) },
  {
    method: 'GET',
    path: '/api/session/:id/message/:message',
    answer(asked) {
      const message = sessionOf(store, asked).messages.find(({ id }) => id === asked.params.message);
      if (!message) throw new Refused(404, 'MessageNotFoundError');
      return data(message);
    },
  },
];

/** Newest first unless told; a page that is not empty has a cursor for the next one, also where that is empty. */
function page(store: Store, asked: Asked): Reply {
  const { query } = asked;
  const session = sessionOf(store, asked);
  const limit = Number(query.get('limit') ?? DEFAULT_MESSAGES);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_MESSAGES) throw invalid('limit');
  const type = query.get('type');
  if (type !== null && !types.includes(type)) throw invalid('type');
  const cursor = cursorOf(query);
  const direction = cursor?.order ?? order.catch('desc').parse(query.get('order'));
  const all = session.messages.filter((message) => type === null || message.type === type);
  const ordered = direction === 'desc' ? all.reverse() : all;
  const start = cursor ? ordered.findIndex(({ id }) => id === cursor.id) + 1 : 0;
  const messages = ordered.slice(start, start + limit);
  const last = messages.at(-1);
  const next = last && { next: encode({ id: last.id, order: direction, direction: 'next' }) };
  return { status: 200, body: { data: messages, cursor: { ...next } } };
}

function cursorOf(query: URLSearchParams): z.infer<typeof cursorSchema> | undefined {
  const text = query.get('cursor');
  if (text === null) return undefined;
  if (query.has('order')) throw new Refused(400, 'InvalidCursorError');
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    throw new Refused(400, 'InvalidCursorError');
  }
}

const encode = (cursor: z.infer<typeof cursorSchema>): string =>
  Buffer.from(JSON.stringify(cursor)).toString('base64url');
