import * as z from 'zod';
import { TaskError } from '../../../domain/task/errors.ts';
import type { Client } from '../client.ts';
import type { RunCommand } from '../shell-command.ts';
import { sessionPath } from './paths.ts';

/** A person who looks at the server in that second sees this. */
const TITLE = 'opencode-relay: looks at a patch';

const agentsSchema = z.array(
  z.object({ name: z.string(), mode: z.string().optional(), hidden: z.boolean().optional() }),
);
const answerSchema = z.object({
  parts: z.array(z.object({ state: z.object({ output: z.string().default('') }).optional() })),
});

/**
 * Commands in a directory, without a model and at no cost. They stand in a session, so they have one of their own,
 * which is deleted: the agent's session stays as it was. The server tells no exit code. Null where the server runs
 * none.
 */
export async function withShell<T>(
  client: Client,
  directory: string,
  work: (run: RunCommand) => Promise<T | null>,
): Promise<T | null> {
  const shell = await open(client, directory).catch(unlessTaskError);
  if (!shell) return null;
  const { id, agent } = shell;
  const query = { directory };
  const run = async (command: string) => {
    const body = { agent, command };
    const path = sessionPath(id, '/shell');
    const call = { method: 'POST', path, query, body, time: 'create', size: 'large', once: true } as const;
    const answer = await client.ask(call, answerSchema).catch(unlessTaskError);
    return answer === null ? null : answer.parts.map(({ state }) => state?.output ?? '').join('');
  };
  try {
    return await work(run);
  } finally {
    await client.tell({ method: 'DELETE', path: sessionPath(id), query }).catch(unlessTaskError);
  }
}

async function open(client: Client, directory: string): Promise<{ id: string; agent: string } | null> {
  const query = { directory };
  const agents = await client.ask({ method: 'GET', path: '/agent', query }, agentsSchema);
  const agent = agents.find(({ name }) => name === 'build') ?? agents.find(isOffered);
  if (!agent) return null;
  const creation = {
    method: 'POST',
    path: '/session',
    query,
    body: { title: TITLE },
    time: 'create',
    once: true,
  } as const;
  const { id } = await client.ask(creation, z.object({ id: z.string() }));
  return { id, agent: agent.name };
}

function unlessTaskError(error: unknown): null {
  if (error instanceof TaskError) return null;
  throw error;
}

const isOffered = ({ mode, hidden }: z.infer<typeof agentsSchema>[number]): boolean =>
  mode !== 'subagent' && hidden !== true;
