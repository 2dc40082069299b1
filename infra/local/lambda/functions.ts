import type { Host } from './environment.ts';
import type { FunctionSpec } from './invocation.ts';
import { LambdaFunction } from './lambda-function.ts';

/** All functions of the template, by name and ARN. */
export class Functions {
  readonly #logDirectory: string;
  readonly #byArn = new Map<string, LambdaFunction>();

  constructor(logDirectory: string) {
    this.#logDirectory = logDirectory;
  }

  add(spec: FunctionSpec, host: Host): void {
    this.#byArn.set(spec.arn, new LambdaFunction(spec, { ...host, logDirectory: this.#logDirectory }));
  }

  /** By ARN or name, also with the qualifier `$LATEST`. */
  find(id: string): LambdaFunction | undefined {
    const plain = id.replace(/:\$LATEST$/, '');
    return this.#byArn.get(plain) ?? [...this.#byArn.values()].find(({ spec }) => spec.name === plain);
  }

  /** Throws if the template has no such function. */
  get(id: string): LambdaFunction {
    const found = this.find(id);
    if (!found) throw new Error(`There is no function ${id} here`);
    return found;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#byArn.values()].map((fn) => fn.stop()));
  }
}
