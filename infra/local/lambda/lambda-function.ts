import { randomUUID } from 'node:crypto';
import { died, invokeWithFaults } from '../faults/function-faults.ts';
import type { FaultInjector } from '../faults/injector.ts';
import type { CallOrigin, CallQueue, Refusal } from './call-queue.ts';
import { environmentOf, type Host } from './environment.ts';
import { FunctionLog } from './function-log.ts';
import {
  type FunctionError,
  type FunctionSpec,
  type Invocation,
  MOST_EVENT_BYTES,
  tooManyCalls,
} from './invocation.ts';
import { LostTime } from './lost-time.ts';
import type { Sandboxes } from './sandboxes.ts';

/** What all functions share. */
export interface Runtime {
  calls: CallQueue;
  sandboxes: Sandboxes;
  logDirectory: string;
  /** Trouble that calls meet; absent: none. */
  faults?: FaultInjector | undefined;
}

const refusals: Record<Refusal, FunctionError> = {
  full: { errorType: tooManyCalls, errorMessage: 'Rate exceeded: too many calls wait for their turn on this machine' },
  gone: { errorType: 'Sandbox.Dropped', errorMessage: 'The caller was gone before it was its turn' },
  stopped: { errorType: 'Sandbox.Ended', errorMessage: 'The local stack stopped' },
};

const throttled: Invocation = { ok: false, error: refusals.full, refused: true };

/** Of a function that is to die in a call: before it has loaded its code, or in the middle of its work. */
const LONGEST_LIFE_MS = 500;

const tooLarge = (bytes: number): FunctionError => ({
  errorType: 'RequestTooLargeException',
  errorMessage: `Request must be smaller than ${MOST_EVENT_BYTES} bytes for the InvokeFunction operation, not ${bytes}`,
});

/** One function of the template: its code in sandboxes, as soon as it is the turn of a call. */
export class LambdaFunction {
  readonly spec: FunctionSpec;
  readonly log: FunctionLog;
  readonly #environment: Record<string, string>;
  readonly #runtime: Runtime;
  /** Calls that wait for their turn included. */
  #underWay = 0;

  constructor(spec: FunctionSpec, host: Host, runtime: Runtime) {
    this.spec = spec;
    this.#environment = environmentOf(spec, host);
    this.#runtime = runtime;
    this.log = new FunctionLog(runtime.logDirectory, spec.name);
  }

  /** Runs the function on `event`, which has to be JSON. Never rejects: what failed says so in Lambda's words. */
  async invoke(event: unknown, origin: CallOrigin = {}): Promise<Invocation> {
    const bytes = Buffer.byteLength(JSON.stringify(event) ?? '');
    if (bytes > MOST_EVENT_BYTES) return { ok: false, error: tooLarge(bytes) };
    const { faults } = this.#runtime;
    if (!faults) return this.#invoke(event, origin, false);
    return invokeWithFaults(faults, this.spec.name, (dies) => this.#invoke(event, origin, dies));
  }

  /** `dies`: in the middle of the call. */
  async #invoke(event: unknown, { lost = new LostTime(), ...origin }: CallOrigin, dies: boolean): Promise<Invocation> {
    const { calls } = this.#runtime;
    if (this.#underWay >= (this.spec.concurrency ?? Number.POSITIVE_INFINITY)) return throttled;
    this.#underWay++;
    try {
      const refusal = await calls.enter({ ...origin, lost });
      if (refusal) return { ok: false, error: refusals[refusal], refused: refusal === 'full' };
      try {
        return await this.#run(event, lost, dies);
      } finally {
        calls.leave(origin.lane);
      }
    } finally {
      this.#underWay--;
    }
  }

  async #run(event: unknown, lost: LostTime, dies: boolean): Promise<Invocation> {
    const { sandboxes } = this.#runtime;
    const requestId = randomUUID();
    const sandbox = await sandboxes.take(this.spec, this.#environment, this.log);
    if (!sandbox) return { ok: false, error: refusals.stopped };
    if (dies) setTimeout(() => void sandbox.end(died), Math.random() * LONGEST_LIFE_MS).unref();
    const invocation = await sandbox.invoke({ requestId, event: JSON.stringify(event), lost });
    sandboxes.giveBack(this.spec, sandbox);
    if (!invocation.ok && !sandboxes.stopped) this.log.note({ requestId, ...invocation.error });
    return invocation;
  }
}
