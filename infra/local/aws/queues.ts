import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { AwsError } from './error.ts';
import { makeDirectory } from './private-files.ts';
import { queueAttributes, wireMessage } from './queues/answers.ts';
import { runBatch } from './queues/batch.ts';
import {
  type MessageAttributes,
  md5,
  md5OfAttributes,
  messageBytes,
  type ReceivedMessage,
  received,
} from './queues/message.ts';
import { MessageQueue, type QueueDefinition } from './queues/message-queue.ts';
import { type Request, requestSchemas } from './queues/requests.ts';
import { arrivalWithin } from './queues/wait.ts';
import { parseRequest } from './request.ts';
import type { AwsService } from './service.ts';

export type { ReceivedMessage } from './queues/message.ts';
export type { QueueDefinition } from './queues/message-queue.ts';

interface QueuesOptions {
  directory: string;
  region: string;
  account: string;
  clock: Clock;
  /** Must be on the endpoint: SDK clients send to the host of a queue's URL. Its path ends in the name. */
  urlOf(name: string): string;
}

const MOST_BATCH_BYTES = 1_048_576;

/** SQS standard queues on this machine. A message that was accepted, received or deleted is so after a kill -9 too. */
export class Queues implements AwsService {
  readonly #options: QueuesOptions;
  readonly #queues = new Map<string, MessageQueue>();
  readonly #closing = new AbortController();

  private constructor(options: QueuesOptions) {
    this.#options = options;
  }

  static async open(options: QueuesOptions): Promise<Queues> {
    makeDirectory(options.directory);
    return new Queues(options);
  }

  /** A queue that is there already keeps its messages. */
  ensure(definition: QueueDefinition): void {
    const { name } = definition;
    if (!/^[\w-]{1,80}$/.test(name)) throw new Error(`${name} is no name of a standard queue`);
    const { directory, clock } = this.#options;
    const known = this.#queues.get(name);
    if (known) known.definition = definition;
    else this.#queues.set(name, new MessageQueue(definition, join(directory, `${name}.jsonl`), clock));
  }

  arnOf(name: string): string {
    const { region, account } = this.#options;
    return `arn:aws:sqs:${region}:${account}:${name}`;
  }

  /** Returns the message's id. */
  send(name: string, body: string, attributes: MessageAttributes = {}): string {
    return this.#queue(name).send(body, attributes);
  }

  receive(name: string, max: number, visibilitySeconds?: number): ReceivedMessage[] {
    const queue = this.#queue(name);
    const { redrive } = queue.definition;
    return queue
      .receive(max, visibilitySeconds, (message) => redrive && this.#queue(redrive.deadLetterName).keep(message))
      .map((message) => received(message, this.#options.account));
  }

  delete(name: string, receiptHandle: string): void {
    this.#queue(name).delete(receiptHandle);
  }

  changeVisibility(name: string, receiptHandle: string, seconds: number): void {
    this.#queue(name).changeVisibility(receiptHandle, seconds);
  }

  /**
   * Calls back whenever a message may have become visible: sent, delay or visibility time-out over; and at once if one
   * waits already. Returns the way to stop.
   */
  onArrival(name: string, listener: () => void): () => void {
    return this.#queue(name).onArrival(listener);
  }

  async call(operation: string, input: unknown): Promise<unknown> {
    const schemas = requestSchemas;
    switch (operation) {
      case 'SendMessage': {
        const { QueueUrl, ...message } = parseRequest(schemas.SendMessage, input);
        return this.#send(this.#at(QueueUrl), message);
      }
      case 'SendMessageBatch':
        return this.#sendBatch(parseRequest(schemas.SendMessageBatch, input));
      case 'ReceiveMessage':
        return this.#receive(parseRequest(schemas.ReceiveMessage, input));
      case 'DeleteMessage': {
        const { QueueUrl, ReceiptHandle } = parseRequest(schemas.DeleteMessage, input);
        this.#at(QueueUrl).delete(ReceiptHandle);
        return {};
      }
      case 'DeleteMessageBatch': {
        const { QueueUrl, Entries } = parseRequest(schemas.DeleteMessageBatch, input);
        const queue = this.#at(QueueUrl);
        return runBatch(Entries, ({ ReceiptHandle }) => {
          queue.delete(ReceiptHandle);
          return {};
        });
      }
      case 'ChangeMessageVisibility': {
        const { QueueUrl, ReceiptHandle, VisibilityTimeout } = parseRequest(schemas.ChangeMessageVisibility, input);
        this.#at(QueueUrl).changeVisibility(ReceiptHandle, VisibilityTimeout);
        return {};
      }
      case 'GetQueueUrl': {
        const { QueueName } = parseRequest(schemas.GetQueueUrl, input);
        return { QueueUrl: this.#options.urlOf(this.#queue(QueueName).definition.name) };
      }
      case 'GetQueueAttributes': {
        const { QueueUrl, AttributeNames } = parseRequest(schemas.GetQueueAttributes, input);
        return { Attributes: queueAttributes(this.#at(QueueUrl), (name) => this.arnOf(name), AttributeNames) };
      }
      case 'ListQueues':
        return this.#list(parseRequest(schemas.ListQueues, input));
      case 'PurgeQueue':
        this.#at(parseRequest(schemas.PurgeQueue, input).QueueUrl).purge();
        return {};
      default:
        throw new AwsError('UnknownOperationException', `SQS has no operation ${operation} here`);
    }
  }

  /** Ends waiting receives, with no message. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const queue of this.#queues.values()) queue.close();
  }

  #send(queue: MessageQueue, message: Omit<Request<'SendMessage'>, 'QueueUrl'>) {
    const { MessageBody, MessageAttributes, DelaySeconds } = message;
    const MessageId = queue.send(MessageBody, MessageAttributes, DelaySeconds);
    const digest = md5OfAttributes(MessageAttributes);
    return { MessageId, MD5OfMessageBody: md5(MessageBody), ...(digest && { MD5OfMessageAttributes: digest }) };
  }

  #sendBatch({ QueueUrl, Entries }: Request<'SendMessageBatch'>) {
    const queue = this.#at(QueueUrl);
    const bytes = Entries.reduce((sum, entry) => sum + messageBytes(entry.MessageBody, entry.MessageAttributes), 0);
    if (bytes > MOST_BATCH_BYTES) {
      throw new AwsError('BatchRequestTooLong', `Batch requests cannot be longer than ${MOST_BATCH_BYTES} bytes.`);
    }
    return runBatch(Entries, (entry) => this.#send(queue, entry));
  }

  async #receive(request: Request<'ReceiveMessage'>) {
    const { clock } = this.#options;
    const queue = this.#at(request.QueueUrl);
    const deadline = clock.now() + request.WaitTimeSeconds * 1_000;
    for (;;) {
      const { name } = queue.definition;
      const messages = this.receive(name, request.MaxNumberOfMessages, request.VisibilityTimeout);
      const left = deadline - clock.now();
      if (messages.length > 0) return { Messages: messages.map((message) => wireMessage(message, request)) };
      if (left <= 0 || this.#closing.signal.aborted) return {};
      await arrivalWithin(queue, left, clock, this.#closing.signal);
    }
  }

  #list({ QueueNamePrefix, MaxResults, NextToken }: Request<'ListQueues'>) {
    const names = [...this.#queues.keys()].filter((name) => name.startsWith(QueueNamePrefix)).sort();
    const start = Number(NextToken ?? 0);
    const end = start + MaxResults;
    return {
      QueueUrls: names.slice(start, end).map((name) => this.#options.urlOf(name)),
      ...(end < names.length && { NextToken: String(end) }),
    };
  }

  /** By URL, of which only the name at its end counts. */
  #at(url: string): MessageQueue {
    return this.#queue(url.split('/').at(-1) ?? url);
  }

  #queue(name: string): MessageQueue {
    const queue = this.#queues.get(name);
    if (!queue) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  }
}
