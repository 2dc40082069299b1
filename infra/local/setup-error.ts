/**
 * What this machine, and not this program, is in the way with; the message is one sentence that says how to mend it.
 */
export class SetupError extends Error {}
