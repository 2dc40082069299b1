import * as z from 'zod';
import { limits } from '../../contract/limits.ts';
import { NOT_SUPPORTED } from './refusal.ts';

const wellFormed = (text: string): boolean => text.isWellFormed();

/** A text of at least one character. Half of a surrogate pair cannot be stored. */
export const text = (maxCharacters: number = limits.nameCharacters) =>
  z.string().min(1).max(maxCharacters).refine(wellFormed, 'must be well-formed Unicode');

/**
 * Marks a part of a schema that is there only to be refused with words of its own: the OpenAPI document leaves it out.
 */
export const REFUSED = 'x-refused';

/** A choice of which the public contract has more values than this server. */
export const oneOf = <const Value extends string>(
  values: readonly Value[],
  others: readonly string[],
  what: string,
) => {
  const named = values.map((value) => JSON.stringify(value)).join(' or ');
  return z
    .string()
    .meta(values.length === 1 ? { const: values[0] } : { enum: [...values] })
    .transform((given, context) => {
      const value = values.find((each) => each === given);
      if (value !== undefined) return value;
      const issue = others.includes(given)
        ? {
            message: `${JSON.stringify(given)} is not supported: ${what} must be ${named}`,
            params: { code: NOT_SUPPORTED },
          }
        : { message: `must be ${named}`, params: { code: 'invalid_value' } };
      context.addIssue({ code: 'custom', ...issue });
      return z.NEVER;
    });
};

/** A choice of which this server has one value. */
export const only = <const Value extends string>(value: Value, others: readonly string[], what: string) =>
  oneOf([value], others, what);

/** A field that a creation takes and a change does not. */
export const immutable = (what: string) =>
  z
    .unknown()
    .superRefine((given, context) => {
      const message = `cannot be changed: it is what ${what} is known by`;
      if (given !== undefined) context.addIssue({ code: 'custom', message, params: { code: 'immutable' } });
    })
    .optional();

/** For routes without a query or body of their own. */
export const nothing = z.strictObject({});

/** The answer to a deletion, as the SDK has it. */
export const successSchema = z.strictObject({ success: z.literal(true) });

/** True for text that would break a header or was read from a file together with its line break. */
export const hasControlCharacters = (given: string): boolean => /\p{Cc}/u.test(given);
