import { randomUUID } from 'node:crypto';
import { environmentOf, type Host } from './environment.ts';
import { FunctionLog } from './function-log.ts';
import type { FunctionSpec, Invocation } from './invocation.ts';
import { Sandbox } from './sandbox.ts';

/**
 * Sandboxes per function. More than cores, since a call mostly waits for an OpenCode server or a service; not many more,
 * since each takes about 20 MB. Further calls wait their turn.
 */
const MOST_SANDBOXES = 8;

/** One function of the template: its code in warm sandboxes, made when needed and kept. */
export class LambdaFunction {
  readonly spec: FunctionSpec;
  readonly #environment: Record<string, string>;
  readonly #log: FunctionLog;
  readonly #all = new Set<Sandbox>();
  readonly #idle: Sandbox[] = [];
  readonly #waiting: (() => void)[] = [];
  #busy = 0;
  #stopped = false;

  constructor(spec: FunctionSpec, host: Host & { logDirectory: string }) {
    this.spec = spec;
    this.#environment = environmentOf(spec, host);
    this.#log = new FunctionLog(host.logDirectory, spec.name);
  }

  /** Runs the function on `event`, which has to be JSON. Never rejects: what failed says so in Lambda's words. */
  async invoke(event: unknown): Promise<Invocation> {
    const requestId = randomUUID();
    await this.#turn();
    const sandbox = this.#take();
    const invocation: Invocation = sandbox
      ? await sandbox.invoke(requestId, JSON.stringify(event))
      : { ok: false, error: { errorType: 'Sandbox.Ended', errorMessage: 'The local stack stopped' } };
    if (sandbox?.alive) this.#idle.push(sandbox);
    else if (sandbox) this.#all.delete(sandbox);
    this.#leave();
    if (!invocation.ok && !this.#stopped) this.#log.note({ requestId, ...invocation.error });
    return invocation;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#all].map((sandbox) => sandbox.end()));
    await this.#log.close();
  }

  async #turn(): Promise<void> {
    if (this.#busy < MOST_SANDBOXES) this.#busy++;
    else await new Promise<void>((go) => this.#waiting.push(go));
  }

  /** Hands the place on, so that nobody who comes just now slips in between. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#busy--;
  }

  /** The one used last: the others stay as they are, and what died while idle is dropped. */
  #take(): Sandbox | undefined {
    if (this.#stopped) return undefined;
    for (let sandbox = this.#idle.pop(); sandbox; sandbox = this.#idle.pop()) {
      if (sandbox.alive) return sandbox;
      this.#all.delete(sandbox);
    }
    const sandbox = new Sandbox(this.spec, this.#environment, this.#log);
    this.#all.add(sandbox);
    return sandbox;
  }
}
