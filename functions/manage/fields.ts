import * as z from 'zod';
import { limits } from '../contract/limits.ts';
import { NOT_SUPPORTED } from './refusal.ts';

const wellFormed = (text: string): boolean => text.isWellFormed();

/** A text of at least one character. Half of a surrogate pair cannot be stored. */
export const text = (maxCharacters: number = limits.nameCharacters) =>
  z.string().min(1).max(maxCharacters).refine(wellFormed, 'must be well-formed Unicode');

/** A choice of which the public contract has several values and this server one. */
export const only = <const Value extends string>(value: Value, others: readonly string[], what: string) =>
  z
    .string()
    .meta({ const: value })
    .transform((given, context) => {
      if (given === value) return value;
      const issue = others.includes(given)
        ? {
            message: `${JSON.stringify(given)} is not supported: ${what} must be "${value}"`,
            params: { code: NOT_SUPPORTED },
          }
        : { message: `must be "${value}"`, params: { code: 'invalid_value' } };
      context.addIssue({ code: 'custom', ...issue });
      return z.NEVER;
    });

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
