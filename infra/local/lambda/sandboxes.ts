import type { FunctionLog } from './function-log.ts';
import type { FunctionSpec } from './invocation.ts';
import { Sandbox } from './sandbox.ts';

/**
 * Then a new sandbox follows, as on AWS after some hours: what a thread takes beside its heap is given back with it
 * alone.
 */
const MOST_CALLS = 500;

interface Idle {
  spec: FunctionSpec;
  sandbox: Sandbox;
}

/** The sandboxes of all functions: warm ones are kept for the next call, as long as there are not too many in all. */
export class Sandboxes {
  readonly #most: number;
  readonly #all = new Set<Sandbox>();
  /** The one used last stands last. */
  #idle: Idle[] = [];
  #stopped = false;

  /** `most`: beyond it, idle sandboxes end, the one that was not used for longest first. Each takes some 20 MB. */
  constructor(most: number) {
    this.#most = most;
  }

  /** The function's warm sandbox that was used last, or a new one. Undefined once stopped. */
  take(spec: FunctionSpec, environment: Record<string, string>, log: FunctionLog): Sandbox | undefined {
    if (this.#stopped) return undefined;
    // What died while it was idle is of no use to anybody.
    this.#idle = this.#idle.filter(({ sandbox }) => sandbox.alive || !this.#all.delete(sandbox));
    const index = this.#idle.findLastIndex((idle) => idle.spec === spec);
    const [warm] = index < 0 ? [] : this.#idle.splice(index, 1);
    if (warm) return warm.sandbox;
    while (this.#all.size >= this.#most && this.#idle.length > 0) this.#endOldest();
    const sandbox = new Sandbox(spec, environment, log);
    this.#all.add(sandbox);
    return sandbox;
  }

  giveBack(spec: FunctionSpec, sandbox: Sandbox): void {
    if (sandbox.alive && !this.#stopped && sandbox.calls < MOST_CALLS) {
      this.#idle.push({ spec, sandbox });
      return;
    }
    this.#all.delete(sandbox);
    if (!this.#stopped) void sandbox.end();
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#all].map((sandbox) => sandbox.end()));
  }

  #endOldest(): void {
    const oldest = this.#idle.shift();
    if (!oldest) return;
    this.#all.delete(oldest.sandbox);
    void oldest.sandbox.end();
  }
}
