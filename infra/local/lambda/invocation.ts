import type { CallOrigin } from './call-queue.ts';

/** How a function failed, in Lambda's words. */
export interface FunctionError {
  /** The error's name, or the runtime's own, e.g. `Sandbox.Timedout`. */
  errorType: string;
  errorMessage: string;
  trace?: string[] | undefined;
}

/** Lambda's limit on what a function is called with: 6 MB. */
export const MOST_EVENT_BYTES = 6 * 1024 * 1024;

/** The refusal of a call that the full queue did not take; Lambda's own name for it. */
export const tooManyCalls = 'TooManyRequestsException';

/** `refused`: by Lambda itself, under that name of its own; else the function or its runtime failed. */
export type Invocation = { ok: true; payload: unknown } | { ok: false; error: FunctionError; refused?: boolean };

export interface FunctionSpec {
  name: string;
  arn: string;
  /** Holds the code. */
  folder: string;
  /** `index.handler`: the export `handler` of `index.mjs`. */
  handler: string;
  /** The function's own variables. */
  variables: Record<string, string>;
  timeoutSeconds: number;
  memoryMiB: number;
  /** What its code prints to, by name. */
  logGroup: string;
  description?: string | undefined;
  /** An ARN. */
  role?: string | undefined;
  /** Where an asynchronous call goes that failed for good: a queue's name. */
  deadLetterQueue?: string | undefined;
  /** Calls at once that are reserved for it, beyond which it is throttled; absent: as many as all functions have. */
  concurrency?: number | undefined;
}

/** A function as its callers see it. */
export interface Callee {
  spec: Pick<FunctionSpec, 'name' | 'deadLetterQueue'>;
  /** Never rejects: what failed says so in Lambda's words. */
  invoke(event: unknown, origin?: CallOrigin): Promise<Invocation>;
}

/** Told of each failure that nobody else tells of. */
export type FaultListener = (fn: Callee, error: FunctionError) => void;
