import { z } from 'zod';
import type { Reply as Answer, Asks } from './asks.ts';
import { type Engine, newSession } from './engine.ts';
import { diff } from './git.ts';
import type { Places } from './places.ts';
import { type Asked, bodyOf, data, invalid, noContent, Refused, type Reply, type Route } from './replies.ts';
import { ruleSchema, type Store, type StoredSession } from './store.ts';

interface SessionContext {
  store: Store;
  engine: Engine;
  asks: Asks;
  places: Places;
}

const creation = z.object({
  id: z.string().startsWith('ses').optional(),
  title: z.string().default('New session'),
  agent: z.string().default('build'),
  model: z.object({ providerID: z.string(), id: z.string() }).default({ providerID: 'stub', id: 'stub-1' }),
  location: z.object({ directory: z.string() }).optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  permissions: z.array(ruleSchema).optional(),
});
const prompt = z.object({
  id: z.string().startsWith('msg_').optional(),
  text: z.string(),
  resume: z.boolean().default(true),
});
const decision = z.object({ decision: z.enum(['once', 'always', 'reject']), message: z.string().optional() });
const formAnswer = z.object({ answer: z.record(z.string(), z.string()) });

const DEFAULT_SESSIONS = 50;

const wireSession = (session: StoredSession): object => {
  const { directory, created, messages: _, inbox: __, ...rest } = session;
  return { ...rest, projectID: 'project', location: { directory }, time: { created, updated: created } };
};

/** The session of a request's path. */
export function sessionOf(store: Store, { params }: Asked): StoredSession {
  const session = store.sessions.get(params.id ?? '');
  if (!session) throw new Refused(404, 'SessionNotFoundError', { sessionID: params.id });
  return session;
}

/** Sessions, prompts and what sessions wait for. */
export function sessionRoutes(context: SessionContext, ownDirectory: string): Route[] {
  const { store, engine, asks, places } = context;
  const found = (asked: Asked) => sessionOf(store, asked);
  const answer = (asked: Asked, kind: 'permission' | 'form', reply: Answer): Reply => {
    if (asks.reply(kind, found(asked).id, asked.params.ask ?? '', reply)) return noContent;
    throw new Refused(404, kind === 'form' ? 'FormNotFoundError' : 'PermissionNotFoundError');
  };

  return [
    { method: 'GET', path: '/api/session', answer: (asked) => list(store, asked) },
    { method: 'POST', path: '/api/session', answer: (asked) => create(store, asked, ownDirectory) },
    {
      method: 'GET',
      path: '/api/session/active',
      answer: () => data(Object.fromEntries([...engine.active.keys()].map((id) => [id, { type: 'running' }]))),
    },
    { method: 'GET', path: '/api/session/:id', answer: (asked) => data(wireSession(found(asked))) },
    {
      method: 'DELETE',
      path: '/api/session/:id',
      async answer(asked) {
        const { id } = found(asked);
        engine.interrupt(id);
        await engine.active.get(id)?.done;
        for (const child of [...store.sessions.values()]) if (child.parentID === id) store.sessions.delete(child.id);
        store.sessions.delete(id);
        store.save();
        return noContent;
      },
    },
    {
      method: 'POST',
      path: '/api/session/:id/prompt',
      async answer(asked) {
        const session = found(asked);
        await places.usable(session.directory);
        return admit(context, session, bodyOf(asked, prompt));
      },
    },
    {
      method: 'GET',
      path: '/api/session/:id/inbox',
      answer: (asked) => {
        const session = found(asked);
        return data(session.inbox.map((item) => admitted(session, item.id, item.text, item.created)));
      },
    },
    {
      method: 'POST',
      path: '/api/session/:id/interrupt',
      async answer(asked) {
        const session = found(asked);
        await places.usable(session.directory);
        return { status: 200, body: { interrupted: engine.interrupt(session.id) } };
      },
    },
    {
      method: 'GET',
      path: '/api/session/:id/permission',
      answer: (asked) => data(asks.list('permission', found(asked).id)),
    },
    { method: 'GET', path: '/api/session/:id/form', answer: (asked) => data(asks.list('form', found(asked).id)) },
    {
      method: 'POST',
      path: '/api/session/:id/permission/:ask/reply',
      answer(asked) {
        const { decision: decided, message } = bodyOf(asked, decision);
        return answer(
          asked,
          'permission',
          decided === 'reject' ? { kind: 'refused', message } : { kind: 'accepted', text: '' },
        );
      },
    },
    {
      method: 'POST',
      path: '/api/session/:id/form/:ask/reply',
      answer: (asked) => {
        const text = JSON.stringify(bodyOf(asked, formAnswer).answer);
        return answer(asked, 'form', { kind: 'accepted', text });
      },
    },
    {
      method: 'DELETE',
      path: '/api/session/:id/form/:ask',
      answer: (asked) => answer(asked, 'form', { kind: 'refused', message: asked.query.get('message') ?? undefined }),
    },
    { method: 'GET', path: '/api/session/:id/diff', answer: (asked) => turnDiff(found(asked), asked) },
  ];
}

function list(store: Store, { query }: Asked): Reply {
  const parentID = query.get('parentID');
  const directory = query.get('directory');
  const sessions = [...store.sessions.values()]
    .filter((session) => parentID === null || (session.parentID ?? 'null') === parentID)
    .filter((session) => directory === null || session.directory === directory)
    .reverse()
    .slice(0, Number(query.get('limit') ?? DEFAULT_SESSIONS));
  return { status: 200, body: { data: sessions.map(wireSession), cursor: {} } };
}

/** Nothing is verified, and the first creation under an id wins. */
function create(store: Store, asked: Asked, ownDirectory: string): Reply {
  const { id = store.id('ses'), location, metadata, permissions, ...rest } = bodyOf(asked, creation);
  const existing = store.sessions.get(id);
  if (existing) return data(wireSession(existing));
  const session: StoredSession = {
    id,
    ...rest,
    directory: location?.directory ?? ownDirectory,
    ...(metadata && { metadata }),
    ...(permissions && { permissions }),
    ...newSession(),
  };
  store.sessions.set(id, session);
  store.save();
  return data(wireSession(session));
}

/**
 * Stored before it is answered. The first text under an id wins, and every repeat wakes the session, with nothing to do
 * or not.
 */
function admit(
  { store, engine }: SessionContext,
  session: StoredSession,
  { id = store.id('msg'), text, resume }: z.infer<typeof prompt>,
): Reply {
  const owner = store.ownerOf(id);
  const stored = [...session.inbox, ...session.messages].find((each) => each.id === id);
  if (owner && (owner !== session || stored?.type !== 'user'))
    throw new Refused(409, 'ConflictError', { resource: id });
  const created = Date.now();
  if (!owner) session.inbox.push({ id, type: 'user', text, created });
  store.save();
  if (resume) engine.wake(session);
  return data(admitted(session, id, stored?.type === 'user' ? stored.text : text, created));
}

const admitted = (session: StoredSession, id: string, text: string, created: number) => {
  return { id, sessionID: session.id, time: { created }, type: 'user', payload: { text }, delivery: 'steer' };
};

/** From the first snapshot of the run that a message belongs to, to the last. */
async function turnDiff(session: StoredSession, { query }: Asked): Promise<Reply> {
  const { messages, directory } = session;
  const from = query.get('from');
  const anchor =
    from === null ? messages.findLastIndex(({ type }) => type === 'user') : messages.findIndex(({ id }) => id === from);
  if (anchor < 0) throw new Refused(404, 'MessageNotFoundError');
  if (messages[anchor]?.type !== 'user') throw invalid('from');
  const end = messages.findIndex(({ type }, index) => index > anchor && type === 'idle');
  const steps = messages
    .slice(anchor, end < 0 ? undefined : end)
    .flatMap((each) => (each.type === 'assistant' ? [each] : []));
  const start = steps.find(({ snapshot }) => snapshot?.start)?.snapshot?.start;
  const last = steps.findLast(({ snapshot }) => snapshot?.end)?.snapshot?.end;
  if (!start || !last) return data([]);
  const context = query.get('context');
  return data(
    await diff(directory, [start, last], { ...(context !== null && { context: Number(context) }), binaryText: false }),
  );
}
