import * as z from 'zod';

const choices = new WeakMap<object, (given: unknown) => z.ZodType>();

/**
 * A field that has one of several schemas, by what is given: the issues are those of the one that was chosen, not of
 * all of them. The OpenAPI document knows it as an object.
 */
export function byShape<Schema extends z.ZodType>(choose: (given: unknown) => Schema) {
  const schema = z.record(z.string(), z.unknown()).transform((given, context): z.output<Schema> => {
    const taken = choose(given);
    const parsed = taken.safeParse(given);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) context.addIssue({ ...issue });
    return z.NEVER;
  });
  choices.set(schema, choose);
  return schema;
}

/** The schema that `byShape` takes for a value; any other schema is itself. */
export const chosen = (schema: unknown, given: unknown): unknown =>
  (typeof schema === 'object' && schema !== null && choices.get(schema)?.(given)) || schema;
