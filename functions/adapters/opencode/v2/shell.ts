import * as z from 'zod';
import { TaskError } from '../../../domain/task/errors.ts';
import type { Client } from '../client.ts';
import type { RunCommand } from '../shell-command.ts';
import { at, dataOf } from './location.ts';

interface CommandResult {
  exit: number;
  /** Standard output and error, merged; the first `OUTPUT_BYTES` of them. */
  output: string;
}

/** The server kills what runs longer; 2.x before 2.0.26 demands one. */
const TIMEOUT_MS = 20_000;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;
const OUTPUT_BYTES = 64 * 1024;

const shellSchema = dataOf(z.object({ id: z.string(), status: z.string(), exit: z.number().nullish() }));
const outputSchema = dataOf(z.object({ output: z.string() }));

/**
 * Runs a command on the server, without a model and outside any session: its rules do not bind it. Throws
 * ServerUnreachable where it does not come to an end of its own.
 */
export async function runCommand(client: Client, directory: string, command: string): Promise<CommandResult> {
  const query = at(directory);
  const body = { command, timeout: TIMEOUT_MS };
  let { data: shell } = await client.ask({ method: 'POST', path: '/api/shell', query, body, once: true }, shellSchema);
  const path = `/api/shell/${encodeURIComponent(shell.id)}`;
  const startedAt = performance.now();
  for (let pauseMs = FIRST_PAUSE_MS; shell.status === 'running'; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    if (performance.now() - startedAt > TIMEOUT_MS) break;
    await client.pause(pauseMs);
    ({ data: shell } = await client.ask({ method: 'GET', path, query }, shellSchema));
  }
  const limit = String(OUTPUT_BYTES);
  const { data } = await client.ask(
    { method: 'GET', path: `${path}/output`, query: { ...query, limit } },
    outputSchema,
  );
  await client.tell({ method: 'DELETE', path, query });
  if (shell.status === 'exited' && typeof shell.exit === 'number') return { exit: shell.exit, output: data.output };
  const [program = 'command'] = command.split(' ', 1);
  throw new TaskError('ServerUnreachable', `The server did not finish "${program}" in ${directory} (${shell.status}).`);
}

/** Commands of which what they printed is wanted; null where one came to no end of its own. */
export const commandsIn =
  (client: Client, directory: string): RunCommand =>
  async (command) => {
    try {
      return (await runCommand(client, directory, command)).output;
    } catch (error) {
      if (error instanceof TaskError) return null;
      throw error;
    }
  };
