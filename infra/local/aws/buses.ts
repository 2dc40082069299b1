import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { Deliveries, type Target } from './buses/deliveries.ts';
import { DeliveryLog } from './buses/delivery-log.ts';
import { type BusEvent, type NewEvent, wireTime } from './buses/event.ts';
import { compilePattern } from './buses/pattern.ts';
import { checkSize, parseEntry, putEventsSchema } from './buses/requests.ts';
import { AwsError } from './error.ts';
import { parseRequest } from './request.ts';
import type { AwsService } from './service.ts';

export type { BusEvent } from './buses/event.ts';

interface BusesOptions {
  region: string;
  account: string;
  clock: Clock;
  /** For tests: such an event is on the bus, and comes to no rule. */
  drops?: ((event: BusEvent) => boolean) | undefined;
  /** Without one, neither events nor deliveries outlive the process. */
  directory?: string;
}

interface BusRule extends Target {
  busName: string;
  /** Names the rule's undelivered events over restarts. */
  name: string;
  /** See `compilePattern`. */
  pattern: unknown;
}

type Watcher = (event: BusEvent, busName: string) => void;

/** EventBridge on this machine. The bus `default` is always there. */
export class Buses implements AwsService {
  readonly #options: BusesOptions;
  readonly #log: DeliveryLog | undefined;
  readonly #deliveries: Deliveries;
  readonly #names = new Set(['default']);
  readonly #rules = new Map<string, { rule: BusRule; matches: (event: unknown) => boolean }>();
  readonly #watchers = new Set<Watcher>();

  private constructor(options: BusesOptions) {
    this.#options = options;
    this.#log = options.directory === undefined ? undefined : new DeliveryLog(options.directory);
    this.#deliveries = new Deliveries(options.clock, this.#log);
  }

  static async open(options: BusesOptions): Promise<Buses> {
    return new Buses(options);
  }

  ensureBus(name: string): void {
    this.#names.add(name);
  }

  arnOf(name: string): string {
    const { region, account } = this.#options;
    return `arn:aws:events:${region}:${account}:event-bus/${name}`;
  }

  /** Throws on a bus that is not there, and on a pattern that is not understood. */
  addRule(rule: BusRule): void {
    this.#check(rule.busName);
    const matches = compilePattern(rule.pattern);
    this.#rules.set(`${rule.busName}/${rule.name}`, { rule, matches });
  }

  /** Returns the event's id once event and deliveries are kept; targets run afterwards. */
  put({ busName, source, detailType, detail, resources = [], time = this.#options.clock.now() }: NewEvent): string {
    this.#check(busName);
    const { region, account } = this.#options;
    const event: BusEvent = {
      version: '0',
      id: randomUUID(),
      'detail-type': detailType,
      source,
      account,
      time: wireTime(time),
      region,
      resources,
      detail,
    };
    this.#log?.published(busName, event);
    const isLost = this.#options.drops?.(event) ?? false;
    for (const [name, { rule, matches }] of this.#rules) {
      if (!isLost && rule.busName === busName && matches(event)) this.#deliveries.start({ rule: name, event }, rule);
    }
    for (const watcher of this.#watchers) this.#show(watcher, event, busName);
    return event.id;
  }

  /** Returns the way to stop. */
  onEvent(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /**
   * Delivers what the last process accepted and did not deliver. Call once, when all rules are there and targets work.
   */
  redeliver(): void {
    for (const delivery of this.#log?.undelivered() ?? []) {
      const found = this.#rules.get(delivery.rule);
      if (found) this.#deliveries.resume(delivery, found.rule);
    }
  }

  async call(operation: string, input: unknown): Promise<unknown> {
    if (operation !== 'PutEvents') {
      throw new AwsError('UnknownOperationException', `EventBridge has no operation ${operation} here`);
    }
    const { Entries } = parseRequest(putEventsSchema, input);
    checkSize(Entries);
    const answers = Entries.map((entry) => {
      try {
        return { EventId: this.put(parseEntry(entry)) };
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        return { ErrorCode: error.type, ErrorMessage: error.message };
      }
    });
    return { FailedEntryCount: answers.filter((answer) => 'ErrorCode' in answer).length, Entries: answers };
  }

  /** Ends retries; what is undelivered is delivered by the next process. */
  async close(): Promise<void> {
    this.#deliveries.close();
  }

  #check(busName: string): void {
    if (this.#names.has(busName)) return;
    throw new AwsError('ResourceNotFoundException', `Event bus ${busName} does not exist.`);
  }

  /** A watcher that fails must not undo what was published. */
  #show(watcher: Watcher, event: BusEvent, busName: string): void {
    try {
      watcher(event, busName);
    } catch (error) {
      console.error(`A watcher of ${busName} failed:`, error);
    }
  }
}
