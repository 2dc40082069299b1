import { reasonOf } from '../surroundings.ts';
import { statusChange } from './answers.ts';
import type { ExecutionRecord } from './execution-files.ts';
import type { StatesOptions } from './options.ts';

/** Between attempts to announce a change of status. */
const AGAIN_MS = 5_000;

/** Tells the bus of each change of an execution's status, those of one execution in their order. */
export class Announcements {
  readonly #options: Pick<StatesOptions, 'clock' | 'onStatusChange'>;
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #stopping = new AbortController();

  constructor(options: Pick<StatesOptions, 'clock' | 'onStatusChange'>) {
    this.#options = options;
  }

  add(record: ExecutionRecord): void {
    const { executionArn } = record;
    const announced = this.of(executionArn).then(() => this.#announce(record));
    this.#underWay.set(executionArn, announced);
    void announced.then(() => {
      if (this.#underWay.get(executionArn) === announced) this.#underWay.delete(executionArn);
    });
  }

  /** Resolves once what was added of the execution is announced. */
  async of(executionArn: string): Promise<void> {
    await this.#underWay.get(executionArn);
  }

  /** Ends repeated attempts. */
  stop(): void {
    this.#stopping.abort(new Error('the process ends'));
  }

  /** Until the bus takes it, which it cannot while the disk is full. */
  async #announce(record: ExecutionRecord): Promise<void> {
    const { clock, onStatusChange } = this.#options;
    while (!this.#stopping.signal.aborted) {
      try {
        return await clock.during(() => onStatusChange(statusChange(record)));
      } catch (error) {
        console.error(
          `The status of ${record.executionArn} is announced again in ${AGAIN_MS / 1_000} s:`,
          reasonOf(error),
        );
      }
      await clock.sleep(AGAIN_MS, this.#stopping.signal).catch(() => undefined);
    }
  }
}
