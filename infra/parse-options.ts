import { type ParseArgsConfig, parseArgs } from 'node:util';
import { closest, distance } from 'fastest-levenshtein';
import { UsageError } from './usage-error.ts';

/** Options by their names, as Node's own parser takes them. */
export type OptionTypes = NonNullable<ParseArgsConfig['options']>;

/** What Node's own parser makes of a command line with these options. */
export type Parsed<Options extends OptionTypes> = ReturnType<
  typeof parseArgs<{ args: string[]; options: Options; allowPositionals: true }>
>;

/**
 * Parses a command line with at most `maxArguments` words beside the options. Throws UsageError, for a misspelt option
 * with the one that was probably meant.
 */
export function parseOptions<const Options extends OptionTypes>(
  args: string[],
  options: Options,
  maxArguments = 0,
): Parsed<Options> {
  const { tokens } = parseArgs({ args, options, allowPositionals: true, strict: false, tokens: true });
  const unknown = tokens.find((token) => token.kind === 'option' && !Object.hasOwn(options, token.name));
  if (unknown?.kind === 'option') {
    const names = Object.keys(options).map((name) => `--${name}`);
    throw new UsageError(`There is no option ${unknown.rawName}.${didYouMean(unknown.rawName, names)}`);
  }
  const tooMany = tokens.filter((token) => token.kind === 'positional')[maxArguments];
  if (tooMany) throw new UsageError(`There is an argument too many: "${tooMany.value}"`);
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** The sentence that asks for the most similar name, with a space before it; empty where none is similar. */
export function didYouMean(word: string, names: readonly string[]): string {
  if (names.length === 0 || word.length > MAX_CHARACTERS) return '';
  const name = closest(word, names);
  // One slip in three letters.
  return distance(word, name) <= Math.ceil(name.length / 3) ? ` Did you mean ${name}?` : '';
}

/** A longer word is no slip of the keyboard. */
const MAX_CHARACTERS = 64;
