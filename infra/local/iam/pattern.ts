import { z } from 'zod';

/** A resource of a statement. Variables such as `${aws:username}` occur in no policy of the stack. */
export const patternSchema = z.string().refine((text) => !text.includes('${'), 'policy variables are not known here');

const compiled = new Map<string, RegExp>();

/** `*` stands for any characters, `?` for one. */
export function matchesPattern(pattern: string, text: string): boolean {
  const known = compiled.get(pattern) ?? compile(pattern);
  compiled.set(pattern, known);
  return known.test(text);
}

const compile = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    's',
  );
