import { z } from 'zod';
import { startRunner } from './code-runner.ts';
import type { FunctionLog } from './function-log.ts';
import type { FunctionError, FunctionSpec, Invocation } from './invocation.ts';
import type { LostTime } from './lost-time.ts';
import { watchStarvation } from './starvation.ts';

/** AWS allows 10 s to load the code; a machine that starts nine functions at once beside a browser may need longer. */
const LOAD_MS = 60_000;

/**
 * Added to the time that a function is told it has left. Its middleware reads that once and sets a timer on the wall
 * clock, which would end a call on a busy machine that has lost time; the sandbox ends a call that had its time.
 */
const MOST_STARVED_MS = 600_000;

/** One call, its event as JSON text. */
interface Call {
  requestId: string;
  event: string;
  lost: LostTime;
}

const errorSchema = z.object({
  errorType: z.string(),
  errorMessage: z.string(),
  trace: z.array(z.string()),
});
const messageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('loaded') }),
  z.object({ kind: z.literal('broken'), error: errorSchema }),
  z.object({ kind: z.literal('answered'), payload: z.string() }),
  z.object({ kind: z.literal('failed'), error: errorSchema }),
]);

/** One execution environment: the function's code in a thread or process, its own `process.env`, one call at a time. */
export class Sandbox {
  readonly #spec: FunctionSpec;
  readonly #runner: ReturnType<typeof startRunner>;
  readonly #loaded = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<FunctionError>();
  #answer: ((invocation: Invocation) => void) | undefined;
  #alive = true;
  #calls = 0;

  constructor(spec: FunctionSpec, environment: Record<string, string>, log: FunctionLog) {
    this.#spec = spec;
    const { name, arn, folder, handler, memoryMiB } = spec;
    const context = {
      functionName: name,
      functionVersion: '$LATEST',
      invokedFunctionArn: arn,
      memoryLimitInMB: String(memoryMiB),
      logGroupName: environment.AWS_LAMBDA_LOG_GROUP_NAME,
      logStreamName: environment.AWS_LAMBDA_LOG_STREAM_NAME,
    };
    this.#runner = startRunner(
      { environment, memoryMiB, data: { folder, handler, context } },
      {
        onMessage: (message) => this.#receive(message),
        onError: (error) => this.#fall(errorOf(error)),
        onExit: (status) =>
          this.#fall({
            errorType: 'Runtime.ExitError',
            errorMessage: `Runtime exited with error: exit status ${status}`,
          }),
      },
    );
    log.follow(...this.#runner.outputs);
  }

  /** How many it was given. */
  get calls(): number {
    return this.#calls;
  }

  /** False once the code has ended: another call needs another sandbox. */
  get alive(): boolean {
    return this.#alive;
  }

  /**
   * Runs one call to its end or its time-out, which ends the sandbox. Never rejects. `lost` learns of the time in which
   * the thread had no core; the time-out does not count it.
   */
  async invoke({ requestId, event, lost }: Call): Promise<Invocation> {
    this.#calls++;
    const over = new AbortController();
    watchStarvation(() => this.#runner.use(), lost, over.signal);
    const endAfter = (ms: number, signal: AbortSignal) =>
      void lost.afterUsable(ms, signal).then(() => this.end(timedOut(requestId, ms)));
    try {
      const ended = this.#ended.promise.then((error): Invocation => ({ ok: false, error }));
      const load = new AbortController();
      endAfter(LOAD_MS, load.signal);
      await Promise.race([this.#loaded.promise, ended]);
      load.abort();
      if (!this.#alive) return await ended;

      const timeoutMs = this.#spec.timeoutSeconds * 1_000;
      const answered = new Promise<Invocation>((resolve) => {
        this.#answer = resolve;
      });
      this.#runner.post({ requestId, event, deadline: Date.now() + timeoutMs + MOST_STARVED_MS });
      endAfter(timeoutMs, over.signal);
      return await Promise.race([answered, ended]);
    } finally {
      over.abort();
    }
  }

  /** Ends the code, whatever it is doing. */
  async end(
    reason: FunctionError = { errorType: 'Sandbox.Ended', errorMessage: 'The local stack stopped' },
  ): Promise<void> {
    this.#fall(reason);
    await this.#runner.end();
  }

  #receive(message: unknown): void {
    const parsed = messageSchema.parse(message);
    if (parsed.kind === 'loaded') this.#loaded.resolve();
    else if (parsed.kind === 'broken') void this.end(parsed.error);
    else if (parsed.kind === 'failed') this.#answer?.({ ok: false, error: parsed.error });
    else this.#answer?.({ ok: true, payload: JSON.parse(parsed.payload) });
  }

  #fall(reason: FunctionError): void {
    this.#alive = false;
    this.#ended.resolve(reason);
  }
}

function timedOut(requestId: string, ms: number): FunctionError {
  const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${(ms / 1_000).toFixed(2)} seconds`;
  return { errorType: 'Sandbox.Timedout', errorMessage };
}

/** What was thrown outside of any call, or ended the thread. */
function errorOf(error: unknown): FunctionError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error) };
  if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return { errorType: 'Runtime.OutOfMemory', errorMessage: error.message };
  }
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}
