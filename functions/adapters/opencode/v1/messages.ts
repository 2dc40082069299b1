import * as z from 'zod';
import type { SessionMessage } from '../../../domain/session/session.ts';
import { TaskError } from '../../../domain/task/errors.ts';
import { ExchangeError, tooLarge } from '../../http/exchange.ts';
import type { Client } from '../client.ts';
import { sessionPath } from './paths.ts';

const errorSchema = z.object({
  name: z.string(),
  data: z.object({ message: z.string().default(''), statusCode: z.number().nullish() }).default({ message: '' }),
});

/** Of the tools that write a file. */
const fileInput = z.object({ filePath: z.string().optional().catch(undefined) }).catch({});

const partSchema = z.object({
  type: z.string(),
  text: z.string().optional(),
  /** Put there by the server, not by the model. */
  synthetic: z.boolean().optional(),
  ignored: z.boolean().optional(),
  tool: z.string().optional(),
  state: z.object({ status: z.string(), error: z.string().optional(), input: fileInput.optional() }).optional(),
  /** Of a `step-start`: absent where the server takes none. */
  snapshot: z.string().optional(),
});
type MessagePart = z.infer<typeof partSchema>;

/** The part in use of a message. */
const messageSchema = z
  .object({
    info: z.object({
      id: z.string(),
      role: z.enum(['user', 'assistant']),
      parentID: z.string().nullish(),
      time: z.object({ completed: z.number().nullish() }),
      finish: z.string().nullish(),
      error: errorSchema.nullish(),
      structured: z.unknown().optional(),
      tokens: z.record(z.string(), z.unknown()).optional(),
    }),
    parts: z.array(partSchema),
  })
  .transform(({ info, parts }): SessionMessage => {
    const { error } = info;
    return {
      id: info.id,
      role: info.role,
      parentId: info.parentID ?? null,
      completed: typeof info.time.completed === 'number',
      finish: info.finish ?? null,
      error: error
        ? { name: error.name, message: error.data.message, statusCode: error.data.statusCode ?? null }
        : null,
      structured: info.structured !== undefined && info.structured !== null,
      text: parts.map(visibleText).join(''),
      empty: isEmpty(info, parts),
      toolErrors: parts.flatMap(toolError),
      wrote: parts.flatMap(wroteFile),
      recorded: isRecorded(parts),
      progress: JSON.stringify([info.tokens, parts.map(({ type, state }) => state?.status ?? type)]),
    };
  });

/** Messages of 170 kB were seen where files are read or attached: so many stay far below an answer's limit. */
const PAGE = 32;
/** Where they are larger still. */
const SMALLER = 4;

/**
 * Messages from the newest back, as far as the caller goes, and no more than `limit`. A page holds as many as all
 * before it: whoever expects to go a short way begins with a small one.
 */
export async function* newestFirst(
  client: Client,
  id: string,
  limit: number,
  first = PAGE,
): AsyncGenerator<SessionMessage> {
  let from: { before?: string } = {};
  for (let left = limit, largest = PAGE; left > 0; ) {
    const size = Math.min(left < limit ? limit - left : first, largest);
    const query = { ...from, limit: String(Math.min(left, size)) };
    const call = { method: 'GET', path: sessionPath(id, '/message'), query, size: 'large' } as const;
    const read = await client.askPage(call, z.array(messageSchema)).catch(unlessTooLarge(size));
    if (read === null) {
      largest = Math.ceil(size / SMALLER);
      continue;
    }
    yield* read.page.toReversed();
    if (read.next === null) return;
    left -= read.page.length;
    from = { before: read.next };
  }
}

const unlessTooLarge = (size: number) => (error: unknown) => {
  const cause = error instanceof TaskError ? error.cause : undefined;
  if (size > 1 && cause instanceof ExchangeError && cause.code === tooLarge) return null;
  throw error;
};

/** The newest `limit` messages, oldest first. */
export async function readMessages(client: Client, id: string, limit: number): Promise<SessionMessage[]> {
  const found: SessionMessage[] = [];
  for await (const message of newestFirst(client, id, limit)) found.unshift(message);
  return found;
}

const visibleText = ({ type, text = '', synthetic, ignored }: MessagePart): string =>
  type === 'text' && !synthetic && !ignored ? text : '';

/** Tools that name the file that they write. */
const writers: ReadonlySet<string> = new Set(['write', 'edit']);

const wroteFile = ({ tool, state }: MessagePart): string[] =>
  writers.has(tool ?? '') && state?.status === 'completed' && state.input?.filePath ? [state.input.filePath] : [];

interface Told {
  time: { completed?: number | null | undefined };
  tokens?: Record<string, unknown> | undefined;
}

function isEmpty({ time, tokens }: Told, parts: MessagePart[]): boolean {
  const isSilent = parts.every(({ type, text = '' }) => type !== 'tool' && text.trim() === '');
  const isTokenless = tokens !== undefined && [tokens.output, tokens.reasoning].every((count) => (count ?? 0) === 0);
  return typeof time.completed === 'number' && isSilent && isTokenless;
}

function isRecorded(parts: MessagePart[]): boolean | null {
  const start = parts.find(({ type }) => type === 'step-start');
  return start ? start.snapshot !== undefined : null;
}

const toolError = ({ type, tool, state }: MessagePart): string[] =>
  type === 'tool' && state?.status === 'error' ? [`${tool ?? 'tool'}: ${state.error ?? 'failed'}`] : [];
