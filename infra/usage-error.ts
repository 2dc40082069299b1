/** A wrong command line; the message names the argument and the fix. */
export class UsageError extends Error {}
