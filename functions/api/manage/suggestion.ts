import { distance } from 'fastest-levenshtein';
import * as z from 'zod';
import { chosen } from './by-shape.ts';

/** A longer name is no slip of the keyboard. */
const MAX_CHARACTERS = 64;

/**
 * The field that was probably meant by an unknown one: a similar name beside it, or the same name in an object below,
 * e.g. `config.directory`.
 */
export function suggestion(unknown: string, object: z.ZodObject): string | undefined {
  if (unknown.length > MAX_CHARACTERS) return undefined;
  return nearest(unknown, Object.keys(object.shape)) ?? below(plain(unknown), object);
}

/** The name that differs least from an unknown one. */
export function nearest(unknown: string, names: readonly string[]): string | undefined {
  if (unknown.length > MAX_CHARACTERS) return undefined;
  const wanted = plain(unknown);
  const [found] = names
    .map((name) => ({ name, edits: distance(wanted, plain(name)) }))
    // One slip in three letters.
    .filter(({ name, edits }) => edits <= Math.ceil(name.length / 3))
    .sort((a, b) => a.edits - b.edits);
  return found?.name;
}

/** The object that `schema` describes at `path` of what was given, if it is one. */
export function objectAt(schema: unknown, path: readonly PropertyKey[], given: unknown): z.ZodObject | undefined {
  const object = unwrapped(schema, given);
  const [step, ...rest] = path;
  if (step === undefined) return object;
  const member: unknown = typeof given === 'object' && given !== null ? Reflect.get(given, step) : undefined;
  return objectAt(object ? object.shape[String(step)] : itemOf(schema), rest, member);
}

/** What the items of a list are. */
const itemOf = (schema: unknown): unknown => {
  if (schema instanceof z.ZodOptional) return itemOf(schema.unwrap());
  return schema instanceof z.ZodArray ? schema.element : undefined;
};

/** `above`: a schema may have itself as a part. */
function below(wanted: string, object: z.ZodObject, above: z.ZodObject[] = []): string | undefined {
  for (const [name, member] of Object.entries(object.shape)) {
    const inner = unwrapped(member);
    if (!inner || above.includes(inner)) continue;
    const found =
      Object.keys(inner.shape).find((field) => plain(field) === wanted) ?? below(wanted, inner, [...above, inner]);
    if (found !== undefined) return `${name}.${found}`;
  }
  return undefined;
}

function unwrapped(schema: unknown, given?: unknown): z.ZodObject | undefined {
  const taken = chosen(schema, given);
  if (taken instanceof z.ZodOptional) return unwrapped(taken.unwrap(), given);
  if (taken instanceof z.ZodPreprocess) return unwrapped(taken.out, given);
  if (taken instanceof z.ZodDiscriminatedUnion) {
    return taken.options.flatMap((option) => unwrapped(option) ?? []).find((option) => isMeant(option, given));
  }
  return taken instanceof z.ZodObject ? taken : undefined;
}

/** The one whose literals are those that were given. */
const isMeant = ({ shape }: z.ZodObject, given: unknown): boolean =>
  Object.entries(shape).every(([name, member]) => {
    if (!(member instanceof z.ZodLiteral)) return true;
    const value: unknown = typeof given === 'object' && given !== null ? Reflect.get(given, name) : undefined;
    return member.safeParse(value).success;
  });

/** `poll_interval` is no other word than `pollInterval`. */
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z\d]/g, '');
