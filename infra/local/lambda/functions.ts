import type { FaultInjector } from '../faults/injector.ts';
import { CallQueue, callLimits } from './call-queue.ts';
import type { Host } from './environment.ts';
import type { FunctionSpec } from './invocation.ts';
import { LambdaFunction, type Runtime } from './lambda-function.ts';
import { Sandboxes } from './sandboxes.ts';

export interface WarmthOptions {
  /** Warm sandboxes beside those that may run at once: the functions of a session take turns for its whole length. */
  idle: number;
  /** Of a call that finds the sandboxes of its function at work. */
  patienceMs: number;
}

const asOnLambda: WarmthOptions = { idle: 8, patienceMs: 0 };

/** All functions of the template, by name and ARN. */
export class Functions {
  readonly #runtime: Runtime;
  /** Calls at once that the account is given; absent: nobody has said. */
  readonly concurrency: number | undefined;
  readonly #byArn = new Map<string, LambdaFunction>();

  constructor(logDirectory: string, limits = callLimits(), faults?: FaultInjector, { idle, patienceMs } = asOnLambda) {
    this.concurrency = limits.throttledAbove;
    const sandboxes = new Sandboxes({ most: limits.atOnce + idle, patienceMs });
    this.#runtime = { calls: new CallQueue(limits), sandboxes, logDirectory, faults };
  }

  add(spec: FunctionSpec, host: Host): LambdaFunction {
    const fn = new LambdaFunction(spec, host, this.#runtime);
    this.#byArn.set(spec.arn, fn);
    return fn;
  }

  /** In the order of the template. */
  all(): LambdaFunction[] {
    return [...this.#byArn.values()];
  }

  /** By ARN or name, also with the qualifier `$LATEST`. */
  find(id: string): LambdaFunction | undefined {
    const plain = id.replace(/:\$LATEST$/, '');
    return this.#byArn.get(plain) ?? this.all().find(({ spec }) => spec.name === plain);
  }

  /** Throws if the template has no such function. */
  get(id: string): LambdaFunction {
    const found = this.find(id);
    if (!found) throw new Error(`There is no function ${id} here`);
    return found;
  }

  async stop(): Promise<void> {
    this.#runtime.calls.stop();
    await this.#runtime.sandboxes.stop();
  }
}
