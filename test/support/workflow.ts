import { z } from 'zod';
import { type SessionFinished, sessionFinishedSchema } from '../../functions/contract/events.ts';
import type { ExecutionInput } from '../../functions/contract/execution.ts';
import { StatesError } from '../../infra/local/states/errors.ts';
import type { HistoryEvent } from '../../infra/local/states/history.ts';
import { VirtualClock } from '../../infra/local/virtual-clock.ts';
import { synthesizedDefinition } from './definition.ts';
import { type Executed, execute } from './execution.ts';
import { type Call, describeTask, executionInput, type Polling } from './workflow-functions.ts';

/** The part of the definition that tests are made from. */
const definitionSchema = z.object({
  TimeoutSeconds: z.number(),
  States: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      TimeoutSeconds: z.number().optional(),
      Retry: z
        .array(
          z.object({
            ErrorEquals: z.array(z.string()),
            IntervalSeconds: z.number(),
            MaxAttempts: z.number(),
            BackoffRate: z.number(),
            JitterStrategy: z.string().optional(),
          }),
        )
        .default([]),
      Catch: z.array(z.object({ ErrorEquals: z.array(z.string()), Next: z.string() })).default([]),
    }),
  ),
});

const text = JSON.stringify(synthesizedDefinition());
/** The workflow as synthesized. */
export const definition = definitionSchema.parse(JSON.parse(text));

/** A script that speaks of one of them is of a rule with checks. */
const verifyingStates = ['Keep result', 'Start checks', 'Look at checks', 'Send findings'];

/** What a state's task does. Without a script, or where that says nothing, it does what lets the session go well. */
export type Script = Record<string, (call: Call, signal: AbortSignal) => unknown>;

export interface Walked extends Executed {
  calls: Call[];
  callsOf(state: string): Call[];
  /** States in the order they were entered. */
  path: string[];
  published: SessionFinished[];
}

/** What crossed the border between a workflow and a function, as it was. */
export interface Crossing {
  /** By the id of its construct. */
  function: string;
  input: unknown;
  output: unknown;
}

interface WalkOptions {
  /** Another than the one of today. */
  definition?: string;
  input?: ExecutionInput;
  onCrossing?(crossing: Crossing): void;
  script?: Script;
  poll?: Polling;
  stop?: AbortController;
  onEntered?(state: string): void;
}

/**
 * Walks the synthesized workflow under virtual time with scripted functions. Every input and every answer of a function
 * has to fit the contract; what does not is thrown, whatever the workflow makes of it.
 */
export async function walk(options: WalkOptions = {}): Promise<Walked> {
  const clock = new VirtualClock();
  const startedAt = clock.now();
  const path: string[] = [];
  const calls: Call[] = [];
  const published: SessionFinished[] = [];
  const violations: unknown[] = [];
  const answered = new Map<string, number>();

  const runTask = async (resource: string, args: unknown, signal: AbortSignal): Promise<unknown> => {
    const state = path.at(-1) ?? '';
    const attempt = calls.filter((call) => call.state === state).length + 1;
    try {
      const { input, answer, result } = describeTask(state, resource, args);
      const turn = (answered.get(state) ?? 0) + 1;
      const call = { state, at: clock.now() - startedAt, attempt, turn, input };
      calls.push(call);
      const value = (await options.script?.[state]?.(call, signal)) ?? answer(call);
      if (resource.endsWith('putEvents')) published.push(sessionFinishedSchema.parse(input));
      answered.set(state, turn);
      options.onCrossing?.({ function: functionIn(args), input: payloadIn(args), output: value });
      return result(value);
    } catch (error) {
      if (!(error instanceof StatesError)) violations.push(error);
      throw error;
    }
  };
  const onEvent = (event: HistoryEvent) => {
    const entered = enteredSchema.safeParse(event);
    if (!entered.success) return;
    path.push(entered.data.stateEnteredEventDetails.name);
    options.onEntered?.(entered.data.stateEnteredEventDetails.name);
  };
  const verifies = verifyingStates.some((state) => state in (options.script ?? {}));
  const input = options.input ?? executionInput({ ...(options.poll ?? { seconds: 30, maxAttempts: 120 }), verifies });
  const stop = options.stop ?? new AbortController();
  const executed = await execute(options.definition ?? text, {
    name: input.jobId,
    input,
    runTask,
    clock,
    stop,
    onEvent,
  });
  if (violations.length > 0) throw violations[0];
  return { ...executed, calls, path, published, callsOf: (state) => calls.filter((call) => call.state === state) };
}

/** Of a call of a function; an event has no name. */
const functionIn = (args: unknown): string =>
  /:function:(\w+?)Function/.exec(invokedSchema.parse(args).FunctionName)?.[1] ?? '';
const payloadIn = (args: unknown): unknown => invokedSchema.parse(args).Payload;
const invokedSchema = z.object({ FunctionName: z.string().default(''), Payload: z.unknown().optional() });

const enteredSchema = z.object({ stateEnteredEventDetails: z.object({ name: z.string() }) });
