import * as z from 'zod';
import { TaskError } from '../../../domain/task/errors.ts';
import type { Prompt } from '../../../ports.ts';
import type { Client } from '../client.ts';
import { isPassing } from '../failures.ts';
import type { ServerRefusal } from '../refusals.ts';
import { dataOf, readLocation } from './location.ts';
import { isDelivered } from './messages.ts';
import { sessionPath } from './paths.ts';

/**
 * A message that the agent was given is not sent again: the server would run nothing, and note a success. One that is
 * only accepted is sent again, which wakes a session that was stopped before it could deliver it.
 */
export async function sendPrompt(client: Client, id: string, prompt: Prompt): Promise<void> {
  for (const pauseMs of RETRY_PAUSES_MS) {
    try {
      return await sendOnce(client, id, prompt);
    } catch (error) {
      if (!isPassing(error)) throw error;
    }
    await client.pause(pauseMs);
  }
  return sendOnce(client, id, prompt);
}

/** Between two looks whether a prompt whose answer was lost is delivered; the workflow repeats the whole. */
const RETRY_PAUSES_MS = [250, 750];

async function sendOnce(client: Client, id: string, { messageId, text }: Prompt): Promise<void> {
  if (await isDelivered(client, id, messageId, 'abort')) return;
  const body = { id: messageId, text };
  const call = {
    method: 'POST',
    path: sessionPath(id, '/prompt'),
    body,
    time: 'prompt',
    once: true,
    onRefusal,
  } as const;
  try {
    await client.ask(call, dataOf(z.object({ id: z.string() })));
  } catch (error) {
    // Before 2.0.26 a directory that is gone is a 500 that says nothing; what was not answered at all says less.
    const isRefused = error instanceof TaskError && error.name === 'ServerUnreachable' && error.cause === undefined;
    if (isRefused) await requireDirectory(client, id);
    throw error;
  }
}

const onRefusal = ({ status, name }: ServerRefusal): TaskError | undefined => {
  if (name === 'LocationNotFoundError') return directoryGone();
  if (status !== 409) return undefined;
  return new TaskError(
    'SessionFailed',
    `The server took our message for another one (${name ?? 409}). Nothing was started.`,
  );
};

async function requireDirectory(client: Client, id: string): Promise<void> {
  const schema = dataOf(z.object({ location: z.object({ directory: z.string() }) }));
  const { data } = await client.ask({ method: 'GET', path: sessionPath(id), time: 'health' }, schema);
  const onRefusal = ({ status }: ServerRefusal) => (status === 500 ? directoryGone() : undefined);
  await readLocation(client, data.location.directory, { time: 'health', onRefusal });
}

const directoryGone = (): TaskError =>
  new TaskError('WorkspaceFailed', "The session's directory is no longer there, so its prompt was not sent.");
