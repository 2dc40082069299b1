import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { AwsError } from '../error.ts';
import { Alarm } from './alarm.ts';
import { type MessageAttributes, messageBytes, parseReceiptHandle, type StoredMessage } from './message.ts';
import { MessageLog } from './message-log.ts';

/** A queue as the template has it. */
export interface QueueDefinition {
  /** 1 to 80 letters, digits, hyphens and underscores. */
  name: string;
  visibilityTimeoutSeconds: number;
  retentionSeconds: number;
  maximumMessageBytes: number;
  delaySeconds?: number;
  redrive?: { deadLetterName: string; maxReceiveCount: number };
}

/** One queue: who may see which message, and when. */
export class MessageQueue {
  definition: QueueDefinition;
  readonly createdAt: number;
  readonly #clock: Clock;
  readonly #messages: MessageLog;
  readonly #listeners = new Set<() => void>();
  readonly #alarm: Alarm;

  constructor(definition: QueueDefinition, path: string, clock: Clock) {
    this.definition = definition;
    this.createdAt = clock.now();
    this.#clock = clock;
    this.#alarm = new Alarm(clock, () => this.#announce());
    this.#messages = new MessageLog(path, (message) => this.#revive(message));
    this.#wakeLater();
  }

  /** Returns the message's id. Throws InvalidParameterValueException where it is too long. */
  send(body: string, attributes: MessageAttributes, delaySeconds = this.definition.delaySeconds ?? 0): string {
    const bytes = messageBytes(body, attributes);
    const most = this.definition.maximumMessageBytes;
    if (bytes > most) {
      throw new AwsError(
        'InvalidParameterValueException',
        `One or more parameters are invalid. Reason: Message must be shorter than ${most} bytes.`,
      );
    }
    const sentAt = this.#clock.now();
    const visibleAt = sentAt + delaySeconds * 1_000;
    const id = randomUUID();
    this.keep({ id, body, attributes, sentAt, visibleAt, receiveCount: 0 });
    return id;
  }

  /** Takes a message as it is, e.g. from the queue whose dead letters these are; a second time changes nothing. */
  keep(message: StoredMessage): void {
    this.#messages.keep(message);
    this.#announce();
  }

  /**
   * Up to `max` visible messages, the oldest first; they are invisible from now on. A message that was received as
   * often as the queue allows goes to `bury` instead.
   */
  receive(max: number, visibilitySeconds: number | undefined, bury: (message: StoredMessage) => void): StoredMessage[] {
    const now = this.#clock.now();
    const seconds = visibilitySeconds ?? this.definition.visibilityTimeoutSeconds;
    const taken: StoredMessage[] = [];
    for (const message of this.#messages.all()) {
      if (taken.length === max) break;
      if (this.#isExpired(message)) this.#messages.delete(message.id);
      else if (message.visibleAt > now) continue;
      else if (message.receiveCount >= (this.definition.redrive?.maxReceiveCount ?? Number.POSITIVE_INFINITY)) {
        // There before gone here: a kill in between repeats it, and loses nothing.
        bury({ ...message, visibleAt: now });
        this.#messages.delete(message.id);
      } else {
        const hidden = this.#hide(message, now, seconds, taken.length > 0);
        if (!hidden) break;
        taken.push(hidden);
      }
    }
    this.#wakeLater();
    return taken;
  }

  /**
   * `hasOthers`: what was taken before is invisible already, so whoever asked must have it, also where this one fails.
   */
  #hide(message: StoredMessage, now: number, seconds: number, hasOthers: boolean): StoredMessage | undefined {
    try {
      return this.#messages.change({
        ...message,
        receiveCount: message.receiveCount + 1,
        firstReceivedAt: message.firstReceivedAt ?? now,
        visibleAt: now + seconds * 1_000,
      });
    } catch (error) {
      if (hasOthers) return undefined;
      throw error;
    }
  }

  /** A handle of an earlier receive deletes nothing, as it need not on AWS. */
  delete(receiptHandle: string): void {
    const message = this.#heldBy(receiptHandle);
    if (message) this.#messages.delete(message.id);
    this.#wakeLater();
  }

  /** Throws MessageNotInflight where the message is visible or gone. */
  changeVisibility(receiptHandle: string, seconds: number): void {
    const message = this.#heldBy(receiptHandle);
    if (!message || message.visibleAt <= this.#clock.now()) {
      throw new AwsError('MessageNotInflight', 'The specified message is not in flight.');
    }
    this.#messages.change({ ...message, visibleAt: this.#clock.now() + seconds * 1_000 });
    this.#announce();
  }

  purge(): void {
    this.#messages.clear();
    this.#wakeLater();
  }

  counts(): { visible: number; inFlight: number; delayed: number } {
    const now = this.#clock.now();
    const counts = { visible: 0, inFlight: 0, delayed: 0 };
    for (const message of this.#messages.all()) {
      if (this.#isExpired(message)) continue;
      counts[message.visibleAt <= now ? 'visible' : message.receiveCount > 0 ? 'inFlight' : 'delayed']++;
    }
    return counts;
  }

  onArrival(listener: () => void): () => void {
    this.#listeners.add(listener);
    if (this.counts().visible > 0) queueMicrotask(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#alarm.set(undefined);
    this.#listeners.clear();
  }

  /**
   * What was in flight is visible again: whoever held it was most likely part of the process that ended, so there is
   * nothing to wait for.
   */
  #revive(message: StoredMessage): StoredMessage | undefined {
    if (this.#isExpired(message)) return undefined;
    return message.receiveCount > 0 ? { ...message, visibleAt: this.#clock.now() } : message;
  }

  #heldBy(receiptHandle: string): StoredMessage | undefined {
    const { id, receiveCount } = parseReceiptHandle(receiptHandle);
    const message = this.#messages.get(id);
    return message?.receiveCount === receiveCount ? message : undefined;
  }

  #isExpired({ sentAt }: StoredMessage): boolean {
    return sentAt + this.definition.retentionSeconds * 1_000 <= this.#clock.now();
  }

  /** In a microtask: a listener that throws must not undo what was asked for. */
  #announce(): void {
    for (const listener of this.#listeners) queueMicrotask(listener);
    this.#wakeLater();
  }

  #wakeLater(): void {
    const now = this.#clock.now();
    let next: number | undefined;
    for (const { visibleAt } of this.#messages.all()) {
      if (visibleAt > now && (next === undefined || visibleAt < next)) next = visibleAt;
    }
    this.#alarm.set(next);
  }
}
