import * as z from 'zod';
import type { PermissionRule } from '../../../contract/permissions.ts';
import type { Session } from '../../../domain/session/session.ts';
import { sessionId } from '../../../domain/session/session-ids.ts';
import { isMessage } from '../../../domain/session/verdict-parts.ts';
import { TaskError } from '../../../domain/task/errors.ts';
import type { WantedSession } from '../../../ports.ts';
import type { Client } from '../client.ts';
import { type SessionCalls, usageFields } from '../session-fields.ts';
import { descendantsAtWork, readActive, readDescendants } from './active.ts';
import { dataOf } from './location.ts';
import { readEntries } from './messages.ts';
import { observe } from './observe.ts';
import { sessionPath } from './paths.ts';
import { fromWire, ruleSchema, toWire } from './permissions.ts';
import { sendPrompt } from './prompt.ts';

const sessionSchema = dataOf(
  z.object({
    id: z.string(),
    title: z.string().default(''),
    location: z.object({ directory: z.string() }),
    time: z.object({ created: z.number() }),
    ...usageFields,
    permissions: z.array(ruleSchema).nullish(),
  }),
).transform(({ data: { id, title, location, time, cost, tokens, permissions } }): Session => {
  const rules: PermissionRule[] | null = permissions?.map(fromWire) ?? null;
  const { directory } = location;
  return { id, directory, title, createdAt: time.created, costUsd: cost, tokens, permissions: rules };
});

/** Sessions under ids of our own choice, their messages and what they wait for. */
export const sessionCalls = (client: Client, endpoint: string): SessionCalls => ({
  async findSession({ jobId, directory }) {
    const path = sessionPath(sessionId(jobId));
    const found = await client.find({ method: 'GET', path }, sessionSchema, 'SessionNotFoundError');
    return found && inDirectory(found, directory);
  },

  // Idempotent: the same id again is the same session, whatever else is asked for.
  async createSession(wanted) {
    const call = { method: 'POST', path: '/api/session', body: creationOf(wanted), time: 'create' } as const;
    return inDirectory(await client.ask(call, sessionSchema), wanted.directory);
  },

  session: (id) => client.ask({ method: 'GET', path: sessionPath(id) }, sessionSchema),

  page: ({ id }) => `/server/${Buffer.from(endpoint).toString('base64url')}/session/${id}`,

  descendants: (id) => readDescendants(client, id),

  prompt: (id, prompt) => sendPrompt(client, id, prompt),

  observe: (run, options) => observe(client, run, options),

  async atWork(_, id) {
    const active = await readActive(client);
    const descendants = await descendantsAtWork(client, id, active);
    return active.has(id) ? [id, ...descendants] : descendants;
  },

  messages: async (id, limit) => (await readEntries(client, id, limit)).map(({ entry }) => entry).filter(isMessage),

  abort: (id) => client.tell({ method: 'POST', path: sessionPath(id, '/interrupt'), time: 'abort' }),
});

/** Model and agent belong to the session here, not to the prompt. */
const creationOf = ({ jobId, directory, title, metadata, model, agent, permissions }: WantedSession) => ({
  id: sessionId(jobId),
  title,
  metadata,
  location: { directory },
  ...(agent !== null && { agent }),
  ...(model && { model: { providerID: model.providerID, id: model.modelID } }),
  ...(permissions && { permissions: permissions.map(toWire) }),
});

/** One job has one session: where it works elsewhere, something else made it under our id. */
function inDirectory(session: Session, directory: string): Session {
  if (session.directory === directory) return session;
  throw new TaskError(
    'WorkspaceFailed',
    `The job's session ${session.id} works in ${session.directory} instead of ${directory}. Delete it on the server, and run the rule for the alert again.`,
  );
}
