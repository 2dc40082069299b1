import type { ExecutionState } from '../../../functions/ports.ts';

/** Executions of one state machine, by their name: under one name one of them, with one input. They run nowhere. */
export class MemoryExecutions<Input> {
  readonly started = new Map<string, Input>();
  /** Names of those that were stopped. */
  readonly stopped = new Set<string>();
  readonly #machine: string;

  constructor(machine: string) {
    this.#machine = machine;
  }

  /** Returns the ARN, also where an execution of that name is there already. Throws if that has another input. */
  async start(name: string, input: Input): Promise<string> {
    const running = this.started.get(name);
    if (running !== undefined && JSON.stringify(running) !== JSON.stringify(input)) {
      throw new Error(`Execution ${name} was started with another input`);
    }
    this.started.set(name, input);
    return `${this.#machine}:${name}`;
  }

  /** False if there never was one. */
  async stop(name: string): Promise<boolean> {
    if (!this.started.has(name)) return false;
    this.stopped.add(name);
    return true;
  }

  /** Of those that a test has ended, how; the others run. */
  readonly ended = new Map<string, Partial<ExecutionState> & Pick<ExecutionState, 'status'>>();

  async read(name: string): Promise<ExecutionState | undefined> {
    const input = this.started.get(name);
    if (input === undefined) return undefined;
    const running = { status: 'RUNNING' as const, error: undefined, cause: undefined, endedAt: undefined };
    return { ...running, ...this.ended.get(name), input: JSON.stringify(input) };
  }
}
