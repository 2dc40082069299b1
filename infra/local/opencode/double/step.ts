import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type Move, scriptOf } from '../scripts.ts';
import { untilThere } from '../until-there.ts';
import type { Asks } from './asks.ts';
import { snapshot } from './git.ts';
import type { Behaviour } from './options.ts';
import { effectOf, needsOf } from './permissions.ts';
import { Stopped, unlessStopped } from './stopped.ts';
import type { Assistant, Store, StoredSession, ToolPart, WireError } from './store.ts';
import { runTool, type ToolCall, toolCall } from './tools.ts';

export interface StepContext {
  store: Store;
  asks: Asks;
  behaviour: Behaviour;
  session: StoredSession;
  signal: AbortSignal;
  /** Runs a sub-agent; resolves with what it has to say, at once where it works in the background. */
  delegate(input: ToolCall['input']): Promise<string>;
}

/** What comes after a step: another one, or the end of the run. */
type StepEnd = { next: true } | { next: false; error?: WireError };

const MAX_RETRIES = 10;
/** Of each step; the same as the scripted model's of 1.x. */
const usage = { input: 100, output: 25, reasoning: 5, cache: { read: 20, write: 0 } };
/** US dollars: 1 per million tokens in, 2 out, 0.1 from the cache. */
const COST = (100 + 2 * 30 + 0.1 * 20) / 1_000_000;

/** One model call and the tool that it asks for. `text` has the script, `step` is the call's place in it. */
export async function playStep(context: StepContext, text: string, step: number): Promise<StepEnd> {
  const { session, store, behaviour, signal } = context;
  const start = behaviour.snapshots ? await snapshot(session.directory) : undefined;
  const { agent, model } = session;
  const assistant: Assistant = {
    type: 'assistant',
    id: store.id('msg'),
    agent,
    model,
    content: [],
    ...(start !== undefined && { snapshot: { start } }),
    time: { created: Date.now() },
  };
  if (signal.aborted) throw signal.reason;
  session.messages.push(assistant);
  try {
    return await answer(context, assistant, text, step);
  } catch (error) {
    stop(assistant, error);
    throw error;
  }
}

/**
 * What a stop leaves of an answer: nothing where the server was killed, and no end while it waited for its provider.
 */
function stop(assistant: Assistant, error: unknown): void {
  if (!(error instanceof Stopped) || error.reason === 'killed' || assistant.retry) return;
  const aborted: WireError = { type: 'aborted', message: 'The run was aborted' };
  for (const part of assistant.content) {
    if (part.type === 'tool' && part.state.status === 'running')
      part.state = { ...part.state, status: 'error', error: aborted };
  }
  assistant.error = aborted;
  assistant.time.completed = Date.now();
}

async function answer(context: StepContext, assistant: Assistant, text: string, step: number): Promise<StepEnd> {
  const { session, behaviour, signal } = context;
  for (let failures = 0; ; failures++) {
    const move = scripted(text, step, failures);
    const error = await speak(move, assistant, signal);
    if (!error) return finish(context, assistant, move);
    if (!isPassing(error) || failures >= MAX_RETRIES) return fail(session, assistant, error);
    assistant.content = [];
    assistant.retry = { attempt: failures + 2, at: Date.now() + behaviour.retryMs, error };
    await unlessStopped(signal, sleep(behaviour.retryMs));
    delete assistant.retry;
    assistant.time.created = Date.now();
  }
}

function scripted(text: string, step: number, failures: number): Move {
  try {
    return scriptOf(text)(step, failures);
  } catch (error) {
    return { http: { status: 400, message: error instanceof Error ? error.message : 'The scripted model failed' } };
  }
}

/** Text as it comes; the error of a provider that fails. Stored text is empty until it is whole. */
async function speak(move: Move, assistant: Assistant, signal: AbortSignal): Promise<WireError | undefined> {
  if (move.hang) await unlessStopped(signal, new Promise(() => {}));
  if (move.until) await unlessStopped(signal, untilThere(move.until, signal));
  if (move.http) return { type: providerError(move.http.status), ...move.http };
  const part = { type: 'text' as const, text: '' };
  if (move.text) assistant.content.push(part);
  let said = '';
  try {
    for (const piece of move.text ?? []) {
      said += piece;
      if (move.gapMs) await unlessStopped(signal, sleep(move.gapMs));
    }
  } finally {
    part.text = said;
  }
  if (move.finish === null)
    return { type: 'provider.invalid-output', message: 'The stream ended without a finish reason' };
  return undefined;
}

function providerError(status: number): string {
  if (status === 401 || status === 403) return 'provider.auth';
  if (status === 429) return 'provider.rate-limit';
  return status >= 500 ? 'provider.internal' : 'provider.invalid-request';
}

const isPassing = ({ type }: WireError): boolean =>
  type === 'provider.rate-limit' || type === 'provider.internal' || type === 'provider.invalid-output';

/** A prompt that is too large is cut down first; that fails here, for the script says the same again. */
function fail(session: StoredSession, assistant: Assistant, error: WireError): StepEnd {
  assistant.time.completed = Date.now();
  if (error.status !== 413 && !/maximum context length/.test(error.message)) {
    Object.assign(assistant, { finish: 'error', error });
    return { next: false, error };
  }
  const overflow: WireError = { type: 'compaction.failed', message: error.message };
  const time = { created: Date.now() };
  session.messages.push({
    type: 'compaction',
    id: `${assistant.id}c`,
    status: 'failed',
    reason: 'auto',
    error: overflow,
    time,
  });
  return { next: false, error: overflow };
}

async function finish(context: StepContext, assistant: Assistant, move: Move): Promise<StepEnd> {
  const { session, behaviour } = context;
  for (const tool of move.tools ?? []) await callTool(context, assistant, toolCall(tool));
  const end = behaviour.snapshots ? await snapshot(session.directory) : undefined;
  if (end !== undefined) assistant.snapshot = { ...assistant.snapshot, end };
  assistant.finish = move.tools ? 'tool-calls' : (move.finish ?? 'stop').replace('_', '-');
  assistant.time.completed = Date.now();
  Object.assign(assistant, { cost: COST, tokens: usage });
  count(session);
  if (assistant.finish !== 'content-filter') return { next: move.tools !== undefined };
  assistant.error = { type: 'provider.content-filter', message: 'The provider filtered the answer' };
  return { next: false, error: assistant.error };
}

function count(session: StoredSession): void {
  session.cost += COST;
  session.tokens.input += usage.input;
  session.tokens.output += usage.output;
  session.tokens.reasoning += usage.reasoning;
  session.tokens.cache.read += usage.cache.read;
}

async function callTool(context: StepContext, assistant: Assistant, call: ToolCall): Promise<void> {
  const { name, input } = call;
  const part: ToolPart = { type: 'tool', id: context.store.id('call'), name, state: { status: 'running', input } };
  assistant.content.push(part);
  try {
    const text = await permitted(context, call);
    part.state = { status: 'completed', input, content: [{ type: 'text', text }] };
  } catch (error) {
    if (error instanceof Stopped) throw error;
    const message = error instanceof Error ? error.message : 'failed';
    part.state = { status: 'error', input, error: { type: 'tool.failed', message } };
  }
}

const questionSchema = z.object({ questions: z.array(z.object({ question: z.string(), header: z.string() })) });

async function permitted(context: StepContext, call: ToolCall): Promise<string> {
  const { session, asks, behaviour, signal } = context;
  const needs = needsOf(session.directory, call.name, call.input);
  const { effect, asked } = effectOf(needs, behaviour.rules, session.permissions ?? []);
  if (effect === 'deny') throw new Error(`A rule denies ${call.name}`);
  if (effect === 'ask') accept(await unlessStopped(signal, asks.permission(session, asked)));
  if (call.name === 'question') {
    const { questions } = questionSchema.parse(call.input);
    return accept(await unlessStopped(signal, asks.question(session, questions)));
  }
  if (call.name === 'subagent') return unlessStopped(signal, context.delegate(call.input));
  return unlessStopped(signal, runTool(session.directory, call, signal));
}

/** Refused without a word, the run is over; with one, the agent goes on with it. */
function accept(reply: Awaited<ReturnType<Asks['permission']>>): string {
  if (reply.kind === 'accepted') return reply.text;
  if (reply.message === undefined) throw new Stopped('refused');
  throw new Error(reply.message);
}
