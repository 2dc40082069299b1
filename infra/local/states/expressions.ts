import jsonata from 'jsonata';
import { z } from 'zod';
import { registerFunctions } from './functions.ts';

/** An expression that runs longer is taken for an endless recursion. */
const TIME_LIMIT_MS = 5_000;

declare module 'jsonata' {
  interface Expression {
    assign(name: symbol, value: (expression: unknown, input: unknown, environment: Environment) => void): void;
  }
}

/** Under this name JSONata looks for what it calls before it evaluates each node of an expression. */
const beforeEachNode = Symbol.for('jsonata.__evaluate_entry');

/** What an expression sees: `$states`, and the variables by name. */
interface Scope {
  states: Record<string, unknown>;
  variables: Record<string, unknown>;
}

/** An expression that cannot be evaluated; `location` is the field of the state, e.g. `Arguments/Payload/attempt`. */
export class EvaluationError extends Error {
  readonly location: string;

  constructor(location: string, message: string) {
    super(message);
    this.name = 'EvaluationError';
    this.location = location;
  }
}

export const isExpression = (value: unknown): value is string =>
  typeof value === 'string' && value.startsWith('{%') && value.endsWith('%}');

const compiled = new Map<string, jsonata.Expression>();

/** Throws jsonata's own error where the text is no JSONata of version 2.0.6, which is the one that AWS has. */
export function compile(text: string): jsonata.Expression {
  const known = compiled.get(text);
  if (known) return known;
  const expression = jsonata(sourceOf(text));
  registerFunctions(expression);
  expression.assign(beforeEachNode, (_, __, { timestamp }) => {
    if (Date.now() - timestamp.getTime() > TIME_LIMIT_MS) throw new Error(`It took longer than ${TIME_LIMIT_MS} ms.`);
  });
  compiled.set(text, expression);
  return expression;
}

/** The value with every expression in it, at any depth, replaced by its result. */
export async function evaluate(value: unknown, scope: Scope, location: string): Promise<unknown> {
  if (isExpression(value)) return evaluateExpression(value, scope, location);
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const [index, item] of value.entries()) items.push(await evaluate(item, scope, `${location}[${index}]`));
    return items;
  }
  if (typeof value === 'object' && value !== null) {
    const entries: [string, unknown][] = [];
    for (const [key, item] of Object.entries(value)) {
      entries.push([key, await evaluate(item, scope, `${location}/${key}`)]);
    }
    return Object.fromEntries(entries);
  }
  return value;
}

async function evaluateExpression(text: string, { states, variables }: Scope, location: string): Promise<unknown> {
  const subject = `The JSONata expression '${sourceOf(text)}' specified for the field '${location}'`;
  let result: unknown;
  try {
    // AWS has no $eval.
    result = await compile(text).evaluate(undefined, { ...variables, states, eval: undefined });
  } catch (error) {
    throw new EvaluationError(location, `${subject} threw an error during evaluation. ${messageOf(error)}`);
  }
  if (result === undefined) throw new EvaluationError(location, `${subject} returned nothing (undefined).`);
  try {
    // JSONata marks its arrays and hands out shared objects: a copy is plain JSON and nobody else's.
    return JSON.parse(JSON.stringify(result, refuseFunctions));
  } catch {
    throw new EvaluationError(location, `${subject} returned an unsupported result type.`);
  }
}

const sourceOf = (text: string): string => text.slice(2, -2).trim();

/** JSONata throws plain objects. */
export const messageOf = (error: unknown): string =>
  z.object({ message: z.string() }).safeParse(error).data?.message ?? String(error);

function refuseFunctions(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('_jsonata_function' in value || '_jsonata_lambda' in value) throw new Error('a function');
  return value;
}
