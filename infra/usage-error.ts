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
