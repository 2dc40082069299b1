import { availableParallelism } from 'node:os';
import { LostTime } from './lost-time.ts';

/**
 * Who waits for a call. `door`: a client of the HTTP API, whose patience is short. `nested`: a function, or an operator
 * with the aws CLI, by Invoke: a caller that is a function keeps its own slot meanwhile. `background`: queue, bus or
 * state machine, which keep what they bring.
 */
type Lane = 'door' | 'nested' | 'background';

export interface CallOrigin {
  lane?: Lane;
  /** Aborted when the caller is gone: a call that waits for its turn is then dropped, one that runs is not. */
  signal?: AbortSignal;
  /** Told of the time in which the call cannot run. */
  lost?: LostTime;
}

export interface CallLimits {
  /** Calls that run at once, all functions together. */
  atOnce: number;
  /** Of these, the slots that background calls leave to the door, and the door to them. */
  kept: number;
  /** Calls of the door that wait, and as many nested ones; background calls wait where they come from. */
  mostWaiting: number;
  /** Calls at once, nested ones too, beyond which they are throttled, as an account does. Absent: no such limit. */
  throttledAbove?: number | undefined;
}

/**
 * More calls than cores, since most of a call is waiting for an OpenCode server or a service; not many more, since all
 * share the cores. 500 deliveries at once wait without a refusal, four times over.
 */
export const callLimits = ({
  cores = availableParallelism(),
  concurrency,
}: {
  cores?: number;
  concurrency?: number | undefined;
} = {}): CallLimits => {
  const atOnce = Math.min(32, 4 * Math.max(2, cores));
  return { atOnce, kept: atOnce / 4, mostWaiting: 2_000, throttledAbove: concurrency };
};

/** Why a call did not get its turn. */
export type Refusal = 'full' | 'gone' | 'stopped';

interface Waiting {
  enter(outcome: Refusal | undefined): void;
}

/** One bound over the calls of all functions. The door comes first, then the rest, each in the order of coming. */
export class CallQueue {
  readonly #limits: CallLimits;
  readonly #waiting: Record<Lane, Set<Waiting>> = { door: new Set(), nested: new Set(), background: new Set() };
  readonly #running: Record<Lane, number> = { door: 0, nested: 0, background: 0 };
  #stopped = false;

  constructor(limits: CallLimits = callLimits()) {
    this.#limits = limits;
  }

  /**
   * Resolves when it is the call's turn; `leave` must follow. With a refusal, the call does not run and nothing
   * follows.
   */
  async enter({ lane = 'background', signal, lost = new LostTime() }: CallOrigin): Promise<Refusal | undefined> {
    if (this.#stopped) return 'stopped';
    if (signal?.aborted) return 'gone';
    if (this.#isThrottled()) return 'full';
    if (this.#waiting[lane].size === 0 && this.#hasRoom(lane)) {
      this.#running[lane]++;
      return undefined;
    }
    if (lane !== 'background' && this.#waiting[lane].size >= this.#limits.mostWaiting) return 'full';
    lost.waits();
    const outcome = await this.#turn(lane, signal);
    lost.runs();
    return outcome;
  }

  leave(lane: Lane = 'background'): void {
    this.#running[lane]--;
    for (const next of ['door', 'nested', 'background'] as const) this.#admit(next);
  }

  /** Refuses what waits and what comes. */
  stop(): void {
    this.#stopped = true;
    for (const waiting of Object.values(this.#waiting)) {
      for (const { enter } of waiting) enter('stopped');
    }
  }

  #turn(lane: Lane, signal: AbortSignal | undefined): Promise<Refusal | undefined> {
    const { promise, resolve } = Promise.withResolvers<Refusal | undefined>();
    const gone = () => waiting.enter('gone');
    const waiting: Waiting = {
      enter: (outcome) => {
        this.#waiting[lane].delete(waiting);
        signal?.removeEventListener('abort', gone);
        resolve(outcome);
      },
    };
    this.#waiting[lane].add(waiting);
    signal?.addEventListener('abort', gone, { once: true });
    return promise;
  }

  #admit(lane: Lane): void {
    for (const { enter } of this.#waiting[lane]) {
      if (!this.#hasRoom(lane)) return;
      this.#running[lane]++;
      enter(undefined);
    }
  }

  /** What waits counts too: it is a call that the account would have running. */
  #isThrottled(): boolean {
    const { throttledAbove = Number.POSITIVE_INFINITY } = this.#limits;
    const waiting = Object.values(this.#waiting).reduce((sum, { size }) => sum + size, 0);
    return Object.values(this.#running).reduce((sum, each) => sum + each, waiting) >= throttledAbove;
  }

  /** A nested call runs on the slot of its caller, which waits for it; only their own number bounds them. */
  #hasRoom(lane: Lane): boolean {
    const { atOnce, kept } = this.#limits;
    const { door, nested, background } = this.#running;
    if (lane === 'nested') return nested < atOnce;
    return door + background < atOnce && this.#running[lane] < atOnce - kept;
  }
}
