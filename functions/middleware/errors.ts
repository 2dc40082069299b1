import { $ZodError } from 'zod/v4/core';

/** Of an error, as a log line has it. */
type LoggedError = { name: string; message?: string; frames?: string[] };

/** What may be logged of any error. Messages are left out except where they are known to name fields, not values. */
export function describe(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { name: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => line.trimStart().startsWith('at '));
  return { name: error.name, ...(hasSafeMessage(error) && { message: error.message }), frames: frames.slice(0, 8) };
}

/**
 * AWS services (`$fault`) name actions and resources, zod names paths and types, and a plain `Error` is one of ours.
 */
const hasSafeMessage = (error: Error): boolean =>
  '$fault' in error || error instanceof $ZodError || error.name === 'Error';
