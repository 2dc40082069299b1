import { type ParseArgsConfig, parseArgs } from 'node:util';
import { distance } from 'fastest-levenshtein';

/** A wrong command line; the message names the argument and the fix. */
export class UsageError extends Error {}

/** What Node's own parser refuses is a wrong command line too. */
export function orUsageError<Parsed>(parse: () => Parsed): Parsed {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Node's own parser, whose refusals become a UsageError, with the option that was probably meant. */
export function parseCommandLine<Config extends ParseArgsConfig>(config: Config): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const [message = ''] = (error instanceof Error ? error.message : String(error)).split('. ');
    const unknown = /^Unknown option '--([\w-]+)'/.exec(message)?.[1];
    throw new UsageError(`${message}${didYouMean(unknown, Object.keys(config.options ?? {}), '--')}.`);
  }
}

/** ` (did you mean …?)`, where one of the names is near to what was given. */
export function didYouMean(given: string | undefined, names: string[], prefix = ''): string {
  if (given === undefined) return '';
  const [nearest] = names
    .map((name) => ({ name, edits: distance(given, name) }))
    // One slip in three letters.
    .filter(({ name, edits }) => edits <= Math.ceil(name.length / 3))
    .sort((a, b) => a.edits - b.edits);
  return nearest ? ` (did you mean ${prefix}${nearest.name}?)` : '';
}
