import type { FunctionLog } from './function-log.ts';
import type { FunctionSpec } from './invocation.ts';
import { Sandbox } from './sandbox.ts';

/**
 * Then a new sandbox follows, as on AWS after some hours: what a thread takes beside its heap is given back with it
 * alone.
 */
const MOST_CALLS = 500;

interface Waiting {
  spec: FunctionSpec;
  take(sandbox: Sandbox | undefined): void;
}

interface Idle {
  spec: FunctionSpec;
  sandbox: Sandbox;
}

interface Warmth {
  /** Beyond so many, idle sandboxes end, the one that was not used for longest first. Each takes some 20 MB. */
  most: number;
  /** How long a call waits for a sandbox of its function that is at work, before it gets one of its own. */
  patienceMs: number;
}

/** The sandboxes of all functions: warm ones are kept for the next call, as long as there are not too many in all. */
export class Sandboxes {
  readonly #warmth: Warmth;
  readonly #all = new Map<Sandbox, FunctionSpec>();
  /** The one used last stands last. */
  #idle: Idle[] = [];
  readonly #waiting = new Set<Waiting>();
  #stopped = false;

  constructor(warmth: Warmth) {
    this.#warmth = warmth;
  }

  /** The function's warm sandbox that was used last, or a new one. Undefined once stopped. */
  async take(spec: FunctionSpec, environment: Record<string, string>, log: FunctionLog): Promise<Sandbox | undefined> {
    const start = () => this.#start(spec, environment, log);
    const warm = this.#takeIdle(spec);
    if (warm || this.#warmth.patienceMs === 0 || !this.#isAtWork(spec)) return warm ?? start();
    return (await this.#givenBack(spec)) ?? start();
  }

  giveBack(spec: FunctionSpec, sandbox: Sandbox): void {
    if (sandbox.alive && !this.#stopped && sandbox.calls < MOST_CALLS) {
      const next = [...this.#waiting].find((waiting) => waiting.spec === spec);
      if (next) next.take(sandbox);
      else this.#idle.push({ spec, sandbox });
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
    for (const { take } of this.#waiting) take(undefined);
    await Promise.all([...this.#all.keys()].map((sandbox) => sandbox.end()));
  }

  #takeIdle(spec: FunctionSpec): Sandbox | undefined {
    // What died while it was idle is of no use to anybody.
    this.#idle = this.#idle.filter(({ sandbox }) => sandbox.alive || !this.#all.delete(sandbox));
    const index = this.#idle.findLastIndex((idle) => idle.spec === spec);
    const [warm] = index < 0 ? [] : this.#idle.splice(index, 1);
    return warm?.sandbox;
  }

  /** Asked where none is idle. */
  #isAtWork(spec: FunctionSpec): boolean {
    return [...this.#all.values()].includes(spec);
  }

  /** One that is at work now, if it is done in time. */
  #givenBack(spec: FunctionSpec): Promise<Sandbox | undefined> {
    return new Promise((resolve) => {
      const take = (sandbox: Sandbox | undefined) => {
        clearTimeout(timer);
        this.#waiting.delete(waiting);
        resolve(sandbox);
      };
      const timer = setTimeout(take, this.#warmth.patienceMs, undefined);
      const waiting = { spec, take };
      this.#waiting.add(waiting);
    });
  }

  #start(spec: FunctionSpec, environment: Record<string, string>, log: FunctionLog): Sandbox | undefined {
    if (this.#stopped) return undefined;
    while (this.#all.size >= this.#warmth.most && this.#idle.length > 0) this.#endOldest();
    const sandbox = new Sandbox(spec, environment, log);
    this.#all.set(sandbox, spec);
    return sandbox;
  }

  #endOldest(): void {
    const oldest = this.#idle.shift();
    if (!oldest) return;
    this.#all.delete(oldest.sandbox);
    void oldest.sandbox.end();
  }
}
