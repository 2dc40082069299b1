import type { TaskErrorName } from '../../contract/error-names.ts';

/**
 * An ending that a task function cannot go on from. `name` is what the workflow retries and catches by; `message` tells
 * the operator what happened and what to change, and never holds a payload or a secret.
 */
export class TaskError extends Error {
  override readonly name: TaskErrorName;

  constructor(name: TaskErrorName, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = name;
  }
}

/** The name of whatever was thrown, for the log; its message may hold a payload. */
export const errorNameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
