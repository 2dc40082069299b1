import { UsageError } from '../usage-error.ts';

/** The option of every command that takes the configuration. */
export const overridesOption = { type: 'string', short: 'c', multiple: true, default: [] as string[] } as const;

/** `key=value` of the command line. Throws UsageError. */
export function overridesIn(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new UsageError(`-c takes key=value, not "${pair}"`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
