import type { Session } from '../domain/session/session.ts';
import type { SessionServer } from '../ports.ts';

/** Tokens and cost of a session and of its sub-agents: the server counts each by itself. */
export async function usageOf(server: SessionServer, id: string): Promise<Pick<Session, 'tokens' | 'costUsd'>> {
  const sessions = [await server.session(id)];
  for (const child of await server.descendants(id)) sessions.push(await server.session(child));
  const sum = (figure: (session: Session) => number) => sessions.reduce((total, each) => total + figure(each), 0);
  return {
    costUsd: sum(({ costUsd }) => costUsd),
    tokens: {
      input: sum(({ tokens }) => tokens.input),
      output: sum(({ tokens }) => tokens.output),
      reasoning: sum(({ tokens }) => tokens.reasoning),
      cacheRead: sum(({ tokens }) => tokens.cacheRead),
      cacheWrite: sum(({ tokens }) => tokens.cacheWrite),
    },
  };
}
