import { z } from 'zod';
import { checkDefinition } from './definition-checks.ts';
import { isExpression } from './expressions.ts';

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
    .regex(
      /^arn:aws[\w-]*:states:::(states:startExecution\.sync:2|[\w-]+(:[\w-]+)+)$/,
      'must be a service integration that answers at once, or startExecution.sync:2',
    ),
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

const unknownType = {
  error: ({ code }: { code: string }) =>
    code === 'invalid_union' ? 'is a state type that does not run here' : undefined,
};
const plainStates = [taskSchema, waitSchema, choiceSchema, passSchema, succeedSchema, failSchema] as const;

/** Inline only, and no Map within a Map. */
const mapSchema = z.strictObject({
  ...common,
  ...onward,
  Type: z.literal('Map'),
  Items: z.union([z.array(z.unknown()), expression]).optional(),
  ItemSelector: template,
  MaxConcurrency: z.union([z.int().min(0), expression]).optional(),
  ItemProcessor: z.strictObject({
    ProcessorConfig: z.strictObject({ Mode: z.literal('INLINE') }).optional(),
    StartAt: z.string(),
    States: z.record(z.string(), z.discriminatedUnion('Type', plainStates, unknownType)),
  }),
  Retry: z.array(retrierSchema).default([]),
  Catch: z.array(catcherSchema).default([]),
  Assign: assign,
  Output: template,
});

const stateSchema = z.discriminatedUnion('Type', [...plainStates, mapSchema], unknownType);

const definitionSchema = z
  .strictObject({
    Comment: z.string().optional(),
    Version: z.literal('1.0').optional(),
    QueryLanguage: z.literal('JSONata', 'must be JSONata: JSONPath machines do not run here'),
    TimeoutSeconds: seconds.min(1).optional(),
    StartAt: z.string(),
    States: z.record(z.string(), stateSchema),
  })
  .superRefine((definition, context) =>
    checkDefinition(definition, (path, message) => context.addIssue({ code: 'custom', path, message })),
  );

export type Definition = z.infer<typeof definitionSchema>;
export type State = z.infer<typeof stateSchema>;
export type TaskState = z.infer<typeof taskSchema>;
export type WaitState = z.infer<typeof waitSchema>;
export type ChoiceState = z.infer<typeof choiceSchema>;
export type MapState = z.infer<typeof mapSchema>;

/** Throws an error that names the state and the field. */
export function parseDefinition(text: string): Definition {
  const parsed = definitionSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new Error(
    parsed.error.issues.map(({ path, message }) => `${path.join('/') || 'definition'}: ${message}`).join('; '),
  );
}

/** Every state, those within a Map too. */
export const allStates = ({ States }: Definition): [string, State][] =>
  Object.entries(States).flatMap(([name, state]): [string, State][] =>
    state.Type === 'Map' ? [[name, state], ...Object.entries(state.ItemProcessor.States)] : [[name, state]],
  );
