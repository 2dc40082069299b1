import { z } from 'zod';
import { compile, isExpression, messageOf } from './expressions.ts';

/**
 * The part of the States Language that runs here. Every object is closed: a state type or a field that is not named
 * below is an error, because skipping it would run something else than AWS does.
 */
const MAX_SECONDS = 99_999_999;

const expression = z.string().refine(isExpression, 'must be a JSONata expression: {% … %}');
const seconds = z.int().min(0).max(MAX_SECONDS);
const template = z.unknown().optional();
const assign = z
  .record(z.string(), z.unknown())
  .refine((variables) => !('states' in variables), '`states` is a reserved name')
  .optional();

const common = { Comment: z.string().optional(), QueryLanguage: z.literal('JSONata').optional() };
const onward = { Next: z.string().optional(), End: z.literal(true).optional() };

const retrierSchema = z.strictObject({
  Comment: z.string().optional(),
  ErrorEquals: z.array(z.string()).min(1),
  IntervalSeconds: z.int().min(1).default(1),
  MaxAttempts: z.int().min(0).max(MAX_SECONDS).default(3),
  BackoffRate: z.number().min(1).default(2),
  MaxDelaySeconds: z.int().min(1).optional(),
  JitterStrategy: z.enum(['FULL', 'NONE']).default('NONE'),
});
export type Retrier = z.infer<typeof retrierSchema>;

const catcherSchema = z.strictObject({
  Comment: z.string().optional(),
  ErrorEquals: z.array(z.string()).min(1),
  Next: z.string(),
  Assign: assign,
  Output: template,
});

const taskSchema = z.strictObject({
  ...common,
  ...onward,
  Type: z.literal('Task'),
  Resource: z
    .string()
    .regex(/^arn:aws[\w-]*:states:::[\w-]+(:[\w-]+)+$/, 'must be a service integration that answers at once'),
  Arguments: template,
  TimeoutSeconds: z.union([seconds.min(1), expression]).optional(),
  Retry: z.array(retrierSchema).default([]),
  Catch: z.array(catcherSchema).default([]),
  Assign: assign,
  Output: template,
});

const waitSchema = z.strictObject({
  ...common,
  ...onward,
  Type: z.literal('Wait'),
  Seconds: z.union([seconds, expression]).optional(),
  Timestamp: z.union([z.iso.datetime({ offset: true }), expression]).optional(),
  Assign: assign,
  Output: template,
});

const choiceSchema = z.strictObject({
  ...common,
  Type: z.literal('Choice'),
  Choices: z
    .array(
      z.strictObject({
        Comment: z.string().optional(),
        Condition: z.union([z.boolean(), expression]),
        Next: z.string(),
        Assign: assign,
        Output: template,
      }),
    )
    .min(1),
  Default: z.string().optional(),
  Assign: assign,
  Output: template,
});

const passSchema = z.strictObject({
  ...common,
  ...onward,
  Type: z.literal('Pass'),
  Assign: assign,
  Output: template,
});

const succeedSchema = z.strictObject({ ...common, Type: z.literal('Succeed'), Output: template });

const failSchema = z.strictObject({
  ...common,
  Type: z.literal('Fail'),
  Error: z.string().optional(),
  Cause: z.string().optional(),
});

const stateSchema = z.discriminatedUnion(
  'Type',
  [taskSchema, waitSchema, choiceSchema, passSchema, succeedSchema, failSchema],
  { error: ({ code }) => (code === 'invalid_union' ? 'is a state type that does not run here' : undefined) },
);

const definitionSchema = z
  .strictObject({
    Comment: z.string().optional(),
    Version: z.literal('1.0').optional(),
    QueryLanguage: z.literal('JSONata', 'must be JSONata: JSONPath machines do not run here'),
    TimeoutSeconds: seconds.min(1).optional(),
    StartAt: z.string(),
    States: z.record(z.string(), stateSchema),
  })
  .superRefine((definition, context) => {
    const report = (path: PropertyKey[], message: string) => context.addIssue({ code: 'custom', path, message });
    checkTargets(definition, report);
    checkExpressions(definition.States, ['States'], report);
  });

export type Definition = z.infer<typeof definitionSchema>;
export type State = z.infer<typeof stateSchema>;
export type TaskState = z.infer<typeof taskSchema>;
export type WaitState = z.infer<typeof waitSchema>;
export type ChoiceState = z.infer<typeof choiceSchema>;
type Report = (path: PropertyKey[], message: string) => void;

/** Throws an error that names the state and the field. */
export function parseDefinition(text: string): Definition {
  const parsed = definitionSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new Error(
    parsed.error.issues.map(({ path, message }) => `${path.join('/') || 'definition'}: ${message}`).join('; '),
  );
}

function checkTargets({ StartAt, States }: { StartAt: string; States: Record<string, State> }, report: Report): void {
  if (!(StartAt in States)) report(['StartAt'], `there is no state "${StartAt}"`);
  for (const [name, state] of Object.entries(States)) {
    for (const target of targetsOf(state)) {
      if (!(target in States)) report(['States', name], `there is no state "${target}"`);
    }
    if ('Next' in state && 'End' in state) report(['States', name], 'has both Next and End');
    if (needsNext(state) && !('Next' in state) && !('End' in state))
      report(['States', name], 'has neither Next nor End');
    if (state.Type === 'Wait' && (state.Seconds === undefined) === (state.Timestamp === undefined)) {
      report(['States', name], 'needs one of Seconds and Timestamp');
    }
  }
}

const needsNext = (state: State): boolean => ['Task', 'Wait', 'Pass'].includes(state.Type);

function targetsOf(state: State): string[] {
  const next = 'Next' in state && state.Next !== undefined ? [state.Next] : [];
  if (state.Type === 'Task') return [...next, ...state.Catch.map((catcher) => catcher.Next)];
  if (state.Type !== 'Choice') return next;
  return [...state.Choices.map((rule) => rule.Next), ...(state.Default === undefined ? [] : [state.Default])];
}

function checkExpressions(value: unknown, path: PropertyKey[], report: Report): void {
  if (isExpression(value)) {
    try {
      compile(value);
    } catch (error) {
      report(path, `is no JSONata: ${messageOf(error)}`);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) checkExpressions(item, [...path, key], report);
  }
}
