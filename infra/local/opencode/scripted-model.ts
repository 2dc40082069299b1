import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type Move, scriptOf } from './scripts.ts';
import { untilThere } from './until-there.ts';

/** The part in use of an OpenAI chat completion request. */
const requestSchema = z.object({
  model: z.string(),
  messages: z.array(
    z.object({
      role: z.string(),
      content: z.union([z.string(), z.array(z.object({ text: z.string().default('') })), z.null()]).default(null),
    }),
  ),
});
type Request = z.infer<typeof requestSchema>;

interface ScriptedModel {
  /** Base URL of an OpenAI-compatible API. */
  url: string;
  close(): Promise<void>;
}

/** Fixed, so that tokens and cost of a run are known beforehand. */
const usage = {
  prompt_tokens: 120,
  completion_tokens: 30,
  total_tokens: 150,
  prompt_tokens_details: { cached_tokens: 20 },
  completion_tokens_details: { reasoning_tokens: 5 },
};

/** A model that plays scripts instead of thinking: OpenAI's streaming chat completions, on loopback. */
export async function startScriptedModel(): Promise<ScriptedModel> {
  const failures = new Map<string, number>();
  const server = createServer(async (incoming, outgoing) => {
    try {
      await answer(incoming, outgoing, failures);
    } catch (error) {
      // 400: the agent does not try again, and the session shows the reason.
      refuse(outgoing, 400, error instanceof Error ? error.message : 'The scripted model failed');
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = z.object({ port: z.int() }).parse(server.address());
  return {
    url: `http://127.0.0.1:${port}/v1`,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function answer(incoming: IncomingMessage, outgoing: ServerResponse, failures: Map<string, number>) {
  const request = requestSchema.parse(JSON.parse(await text(incoming)));
  const { message, step } = conversation(request);
  const failed = failures.get(message) ?? 0;
  const move = scriptOf(message)(step, failed);
  if (move.hang) return;
  if (move.http) {
    failures.set(message, failed + 1);
    return refuse(outgoing, move.http.status, move.http.message);
  }
  if (move.until) await untilThere(move.until, goneOf(outgoing));
  await stream(outgoing, request.model, move);
}

/** Aborted when the client hangs up. */
function goneOf(outgoing: ServerResponse): AbortSignal {
  const gone = new AbortController();
  outgoing.once('close', () => gone.abort());
  return gone.signal;
}

/** The last user message that has a script, or the last at all, and how many model calls followed it. */
function conversation({ messages }: Request): { message: string; step: number } {
  const isUser = ({ role }: Request['messages'][number]) => role === 'user';
  const marked = messages.findLastIndex((each) => isUser(each) && textOf(each).includes('[['));
  const index = marked < 0 ? messages.findLastIndex(isUser) : marked;
  const prompt = messages[index];
  if (!prompt) throw new Error('The request has no user message');
  return { message: textOf(prompt), step: messages.slice(index).filter(({ role }) => role === 'assistant').length };
}

const textOf = ({ content }: Request['messages'][number]): string =>
  typeof content === 'string' ? content : (content ?? []).map((part) => part.text).join('\n');

function refuse(outgoing: ServerResponse, status: number, message: string): void {
  if (outgoing.headersSent) return void outgoing.destroy();
  outgoing.writeHead(status, { 'content-type': 'application/json' });
  outgoing.end(JSON.stringify({ error: { message, type: 'scripted_error' } }));
}

async function stream(outgoing: ServerResponse, model: string, move: Move): Promise<void> {
  outgoing.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const id = `chatcmpl-${crypto.randomUUID()}`;
  const send = (rest: object) => {
    const chunk = { id, object: 'chat.completion.chunk', created: Math.floor(Date.now() / 1000), model, ...rest };
    outgoing.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  const delta = (content: object, finish: string | null = null) =>
    send({ choices: [{ index: 0, delta: content, finish_reason: finish }] });

  delta({ role: 'assistant', content: '' });
  for (const piece of move.text ?? []) {
    if (outgoing.destroyed) return;
    delta({ content: piece });
    if (move.gapMs) await sleep(move.gapMs);
  }
  for (const [index, { name, input }] of (move.tools ?? []).entries()) {
    const call = { name, arguments: JSON.stringify(input) };
    delta({ tool_calls: [{ index, id: `call_${crypto.randomUUID()}`, type: 'function', function: call }] });
  }
  if (move.finish !== null) {
    delta({}, move.finish ?? (move.tools ? 'tool_calls' : 'stop'));
    send({ choices: [], usage });
    outgoing.write('data: [DONE]\n\n');
  }
  outgoing.end();
}
