import type { SessionMessage } from '../domain/session/session.ts';
import { messagesToRead } from '../domain/session/verdict-v1.ts';
import type { SessionServer } from '../ports.ts';

/** As many messages as are counted of a session, oldest first. */
export const countedMessages = (server: Pick<SessionServer, 'messages'>, id: string): Promise<SessionMessage[]> =>
  server.messages(id, messagesToRead.many);

/** Model calls among these messages. */
export const modelCallsIn = (messages: readonly SessionMessage[]): number =>
  messages.filter(({ role }) => role === 'assistant').length;
