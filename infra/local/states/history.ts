import type { Clock } from '../clock.ts';
import { StatesError } from './errors.ts';

/** An event as GetExecutionHistory gives it, its timestamp in epoch seconds. */
export interface HistoryEvent {
  id: number;
  previousEventId: number;
  timestamp: number;
  type: string;
  [details: string]: unknown;
}

/** AWS ends an execution that would need more. */
const MOST_EVENTS = 25_000;

/** The events of one execution, numbered and chained as they happen. */
export class History {
  readonly events: HistoryEvent[];
  readonly #clock: Clock;
  readonly #onEvent: (event: HistoryEvent) => void;
  /** Id of the event that the next one follows from. */
  #last: number;

  constructor(clock: Clock, onEvent: (event: HistoryEvent) => void, events: HistoryEvent[] = []) {
    this.events = events;
    this.#clock = clock;
    this.#onEvent = onEvent;
    this.#last = events.length;
  }

  /** A chain of its own in the same history, which goes on from this one's last event. */
  branch(): History {
    const branch = new History(this.#clock, this.#onEvent, this.events);
    branch.#last = this.#last;
    return branch;
  }

  /** Returns the event's id. The last place is kept for the end of the execution. */
  add(type: string, details: Record<string, unknown> = {}): number {
    this.#last = this.note(type, details);
    return this.#last;
  }

  /** The same for an event that the next one does not follow from. */
  note(type: string, details: Record<string, unknown> = {}): number {
    if (this.events.length >= MOST_EVENTS - 1) {
      throw new StatesError(
        'States.Runtime',
        `The execution reached the maximum number of history events (${MOST_EVENTS}).`,
      );
    }
    return this.#append(type, details, this.#lastId());
  }

  /** The next event follows from that one. */
  follow(eventId: number): void {
    this.#last = eventId;
  }

  /** `chained` is false where the end did not follow from the last event: a stop or the machine's time-out. */
  end(type: string, details: Record<string, unknown>, chained: boolean): void {
    this.#append(type, details, chained ? this.#lastId() : 0);
  }

  /** AWS chains neither the start nor the first state to anything. */
  #lastId(): number {
    return this.events.length < 2 ? 0 : this.#last;
  }

  #append(type: string, details: Record<string, unknown>, previousEventId: number): number {
    const event = {
      id: this.events.length + 1,
      previousEventId,
      timestamp: this.#clock.now() / 1000,
      type,
      ...details,
    };
    this.events.push(event);
    this.#onEvent(event);
    return event.id;
  }
}

const whole = { truncated: false };

/** Members of an event's details that hold data, as the text that AWS gives. */
export const inputDetails = (input: string) => ({ input, inputDetails: whole });
export const outputDetails = (output: string) => ({ output, outputDetails: whole });
export const assignedDetails = (variables: Record<string, unknown>) => ({
  assignedVariables: Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, JSON.stringify(value)]),
  ),
  assignedVariablesDetails: whole,
});
