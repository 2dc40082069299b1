import { expect, onTestFinished } from 'vitest';
import { z } from 'zod';
import { startScriptedModel } from '../../../../infra/local/opencode/scripted-model.ts';

const deltaSchema = z.object({
  role: z.string().optional(),
  content: z.string().optional(),
  tool_calls: z
    .array(z.object({ id: z.string(), function: z.object({ name: z.string(), arguments: z.string() }) }))
    .optional(),
});
const chunkSchema = z.object({
  id: z.string(),
  object: z.literal('chat.completion.chunk'),
  model: z.string(),
  choices: z.array(z.object({ index: z.literal(0), delta: deltaSchema, finish_reason: z.string().nullable() })),
  usage: z.looseObject({ prompt_tokens: z.number(), completion_tokens: z.number() }).optional(),
});

/** One answer of the model, as its stream tells it. */
export interface Streamed {
  text: string[];
  tools: { name: string; input: unknown }[];
  finish: string | null;
  hasUsage: boolean;
  /** The stream has its end mark. */
  isDone: boolean;
}

type Message = { role: string; content?: unknown };
export const asks = (content: unknown): Message => ({ role: 'user', content });
export const answered: Message = { role: 'assistant', content: null };
export const ran: Message = { role: 'tool', content: 'ok' };

interface Model {
  /** One model call. */
  post(body: unknown, signal?: AbortSignal): Promise<Response>;
  stream(...messages: Message[]): Promise<Streamed>;
  close(): Promise<void>;
}

/** A model that is closed when the test is over. */
export async function newModel(): Promise<Model> {
  const model = await startScriptedModel();
  onTestFinished(() => model.close());
  const post = (body: unknown, signal?: AbortSignal) =>
    fetch(`${model.url}/chat/completions`, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...(signal && { signal }),
    });
  return {
    post,
    close: model.close,
    async stream(...messages) {
      const response = await post({ model: 'stub-1', stream: true, messages });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/event-stream');
      return read(await response.text());
    },
  };
}

function read(stream: string): Streamed {
  const events = stream.split('\n\n').filter((event) => event !== '');
  const data = events.map((event) => event.replace(/^data: /, ''));
  const isDone = data.at(-1) === '[DONE]';
  const chunks = (isDone ? data.slice(0, -1) : data).map((each) => chunkSchema.parse(JSON.parse(each)));
  const choices = chunks.flatMap((chunk) => chunk.choices);
  const deltas = choices.map(({ delta }) => delta);
  expect(new Set(chunks.map(({ id, model }) => `${id} ${model}`)).size).toBe(1);
  expect(deltas[0]).toEqual({ role: 'assistant', content: '' });
  return {
    text: deltas.slice(1).flatMap(({ content }) => content ?? []),
    tools: deltas
      .flatMap(({ tool_calls }) => tool_calls ?? [])
      .map((call) => ({ name: call.function.name, input: JSON.parse(call.function.arguments) })),
    finish: choices.map(({ finish_reason }) => finish_reason).find((reason) => reason !== null) ?? null,
    hasUsage: chunks.some(({ usage }) => usage !== undefined),
    isDone,
  };
}
