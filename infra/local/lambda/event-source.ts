import { z } from 'zod';
import type { Queues, ReceivedMessage } from '../aws/queues.ts';
import type { Clock } from '../clock.ts';
import { reasonOf } from '../surroundings.ts';
import { type Callee, type FaultListener, type Invocation, MOST_EVENT_BYTES } from './invocation.ts';
import { untilTaken } from './until-taken.ts';

export interface EventSourceOptions {
  fn: Callee;
  queues: Queues;
  queueName: string;
  region: string;
  batchSize: number;
  windowSeconds: number;
  maxConcurrency: number;
  /** Whether the function says which messages of a batch failed. Otherwise all of them do, or none. */
  reportsFailures: boolean;
  clock: Clock;
  onFault: FaultListener;
}

const stopped = { errorType: 'Sandbox.Ended', errorMessage: 'The local stack stopped' };

/** `{"Records":[]}` around the messages of a batch. */
const ENVELOPE_BYTES = 14;

/** The queue could not be read, e.g. because the disk is full. */
const AGAIN_MS = 2_000;

const answerSchema = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish(),
});

/**
 * Feeds a function from a queue. What it does not handle stays in the queue, is seen again after the visibility
 * time-out, and goes to the dead-letter queue after the receives that the queue allows.
 */
export class EventSource {
  readonly #options: EventSourceOptions;
  readonly #stop = new AbortController();
  readonly #unsubscribe: () => void;
  #arrival = Promise.withResolvers<void>();
  #freed = Promise.withResolvers<void>();
  #underWay = 0;

  /** Starts at once. */
  constructor(options: EventSourceOptions) {
    this.#options = options;
    this.#unsubscribe = options.queues.onArrival(options.queueName, () => this.#arrival.resolve());
    void this.#run();
  }

  stop(): void {
    this.#unsubscribe();
    this.#stop.abort(new Error('the event source stopped'));
    this.#arrival.resolve();
    this.#freed.resolve();
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#step();
      } catch (error) {
        console.error(`${this.#options.queueName} is read again in ${AGAIN_MS / 1_000} s:`, reasonOf(error));
        await this.#options.clock.sleep(AGAIN_MS, this.#stop.signal).catch(() => undefined);
      }
    }
  }

  async #step(): Promise<void> {
    const batch = await this.#gather();
    if (this.#stop.signal.aborted) return this.#release(batch);
    for (const part of this.#withinLimit(batch)) {
      this.#underWay++;
      void this.#handle(part)
        .catch((error: unknown) =>
          console.error(`A batch of ${this.#options.queueName} was not settled:`, reasonOf(error)),
        )
        .finally(() => this.#leave());
    }
    while (this.#underWay >= this.#options.maxConcurrency && !this.#stop.signal.aborted) await this.#freed.promise;
  }

  /** Waits for a first message, then until the batch is full or the window is over. */
  async #gather(): Promise<ReceivedMessage[]> {
    const { batchSize, windowSeconds, clock } = this.#options;
    const batch = this.#receive(batchSize);
    while (batch.length === 0 && !this.#stop.signal.aborted) {
      await this.#arrival.promise;
      batch.push(...this.#receive(batchSize));
    }
    const end = clock.now() + windowSeconds * 1_000;
    while (batch.length < batchSize && clock.now() < end && !this.#stop.signal.aborted) {
      await this.#arrivalWithin(end - clock.now());
      batch.push(...this.#receiveMore(batchSize - batch.length));
    }
    return batch;
  }

  /** Lambda cuts a batch where it would be larger than what a function is called with. */
  #withinLimit(batch: ReceivedMessage[]): ReceivedMessage[][] {
    const parts: { messages: ReceivedMessage[]; bytes: number }[] = [];
    for (const message of batch) {
      const bytes = Buffer.byteLength(JSON.stringify(this.#recordOf(message))) + 1;
      const last = parts.at(-1);
      if (last && last.bytes + bytes <= MOST_EVENT_BYTES) {
        last.messages.push(message);
        last.bytes += bytes;
      } else parts.push({ messages: [message], bytes: bytes + ENVELOPE_BYTES });
    }
    return parts.map(({ messages }) => messages);
  }

  /** What was not handled when the stack stopped need not wait for its visibility time-out at the next start. */
  #release(batch: ReceivedMessage[]): void {
    const { queues, queueName } = this.#options;
    for (const { receiptHandle } of batch) queues.changeVisibility(queueName, receiptHandle, 0);
  }

  /** Looks after it has set up to hear of what comes from now on. */
  #receive(max: number): ReceivedMessage[] {
    this.#arrival = Promise.withResolvers();
    if (this.#stop.signal.aborted) return [];
    const { queues, queueName } = this.#options;
    return queues.receive(queueName, max);
  }

  /** For a batch that has messages already: they must not wait for what cannot be read. */
  #receiveMore(max: number): ReceivedMessage[] {
    try {
      return this.#receive(max);
    } catch {
      return [];
    }
  }

  async #arrivalWithin(ms: number): Promise<void> {
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, this.#stop.signal]);
    const timer = this.#options.clock.sleep(ms, signal).catch(() => {});
    await Promise.race([this.#arrival.promise, timer]);
    over.abort();
  }

  async #handle(batch: ReceivedMessage[]): Promise<void> {
    const { fn, queues, queueName, clock, onFault } = this.#options;
    const event = { Records: batch.map((message) => this.#recordOf(message)) };
    const taken = untilTaken(() => clock.during(() => fn.invoke(event)), { clock, signal: this.#stop.signal });
    const invocation = await taken.catch((): Invocation => ({ ok: false, error: stopped }));
    if (!invocation.ok && this.#stop.signal.aborted) return this.#release(batch);
    if (!invocation.ok) onFault(fn, invocation.error);
    const failed = this.#failedOf(invocation, batch);
    for (const { messageId, receiptHandle } of batch) {
      if (!failed.has(messageId)) queues.delete(queueName, receiptHandle);
    }
  }

  #leave(): void {
    this.#underWay--;
    const freed = this.#freed;
    this.#freed = Promise.withResolvers();
    freed.resolve();
  }

  /** Ids of the messages that stay. An answer that makes no sense keeps them all, as Lambda does. */
  #failedOf(invocation: Invocation, batch: ReceivedMessage[]): Set<string> {
    const all = new Set(batch.map(({ messageId }) => messageId));
    if (!invocation.ok) return all;
    if (!this.#options.reportsFailures || invocation.payload === null) return new Set();
    const answer = answerSchema.safeParse(invocation.payload);
    if (!answer.success) return all;
    const failed = (answer.data.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
    return failed.every((id) => all.has(id)) ? new Set(failed) : all;
  }

  #recordOf({ messageId, receiptHandle, body, md5OfBody, attributes, messageAttributes }: ReceivedMessage) {
    const { queues, queueName, region } = this.#options;
    const attributesOf = Object.entries(messageAttributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { dataType: DataType, stringValue: StringValue, binaryValue: BinaryValue },
    ]);
    return {
      messageId,
      receiptHandle,
      body,
      attributes,
      messageAttributes: Object.fromEntries(attributesOf),
      md5OfBody,
      eventSource: 'aws:sqs',
      eventSourceARN: queues.arnOf(queueName),
      awsRegion: region,
    };
  }
}
