import { distance } from 'fastest-levenshtein';
import * as z from 'zod';

/** A longer name is no slip of the keyboard. */
const MAX_CHARACTERS = 64;

/**
 * The field that was probably meant by an unknown one: a similar name beside it, or the same name in an object below,
 * e.g. `config.directory`.
 */
export function suggestion(unknown: string, object: z.ZodObject): string | undefined {
  if (unknown.length > MAX_CHARACTERS) return undefined;
  const wanted = plain(unknown);
  const [nearest] = Object.keys(object.shape)
    .map((name) => ({ name, edits: distance(wanted, plain(name)) }))
    // One slip in three letters.
    .filter(({ name, edits }) => edits <= Math.ceil(name.length / 3))
    .sort((a, b) => a.edits - b.edits);
  return nearest?.name ?? below(wanted, object);
}

/** The object that `schema` describes at `path`, if it is one. */
export function objectAt(schema: unknown, path: readonly PropertyKey[]): z.ZodObject | undefined {
  const object = unwrapped(schema);
  const [step, ...rest] = path;
  return step === undefined ? object : objectAt(object?.shape[String(step)], rest);
}

function below(wanted: string, object: z.ZodObject): string | undefined {
  for (const [name, member] of Object.entries(object.shape)) {
    const inner = unwrapped(member);
    if (!inner) continue;
    const found = Object.keys(inner.shape).find((field) => plain(field) === wanted) ?? below(wanted, inner);
    if (found !== undefined) return `${name}.${found}`;
  }
  return undefined;
}

function unwrapped(schema: unknown): z.ZodObject | undefined {
  if (schema instanceof z.ZodOptional) return unwrapped(schema.unwrap());
  return schema instanceof z.ZodObject ? schema : undefined;
}

/** `poll_interval` is no other word than `pollInterval`. */
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z\d]/g, '');
