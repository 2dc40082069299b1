import { isAbsolute, relative } from 'node:path';

/** An id that can be told from others at a glance: `job_1a2b3c4d`. */
export const shortId = (id: string): string => id.slice(0, 12);

/** From where the command was given, if it lies below. */
export function shortPath(path: string): string {
  const below = relative(process.cwd(), path);
  return below === '' || below.startsWith('..') || isAbsolute(below) ? path : below;
}
