import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { limits } from '../../functions/contract/limits.ts';
import type { RelayFunction } from './relay-function.ts';

/**
 * A delivery that fails is tried this often, within half an hour (`functions/domain/retry-delay.ts`); then it waits in the
 * dead-letter queue for an operator.
 */
const MAX_RECEIVES = 8;
/** AWS's rule: with partial batch answers and throttled consumers, a shorter one shows messages twice. */
const VISIBILITY_PER_TIMEOUT = 6;
const BATCH_SIZE = 10;
/** A lone alert waits this long at most; repeats within a storm share a batch. */
const BATCHING_WINDOW_SECONDS = 1;
/** 10 consumers with 10 deliveries each outrun the quota of StartExecution long before. */
const MAX_CONSUMERS = 10;

/** Whatever the hooks accepted lies here until it is routed. Both queues keep a message as long as SQS can. */
export class DeliveryQueue extends Construct {
  readonly #queue: Queue;

  constructor(scope: Construct, id: string, { consumer }: { consumer: RelayFunction }) {
    super(scope, id);
    const deadLetters = new Queue(this, 'DeadLetters', queueDefaults);
    this.#queue = new Queue(this, 'Queue', {
      ...queueDefaults,
      maxMessageSizeBytes: limits.queueMessageBytes,
      visibilityTimeout: Duration.seconds(VISIBILITY_PER_TIMEOUT * consumer.timeoutSeconds),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: MAX_RECEIVES },
    });
    // What failed comes again sooner than after the visibility time-out; the event source brings the permission.
    consumer.setAddress('deliveryQueueUrl', this.#queue.queueUrl);
    consumer.lambda.addEventSource(
      new SqsEventSource(this.#queue, {
        batchSize: BATCH_SIZE,
        maxBatchingWindow: Duration.seconds(BATCHING_WINDOW_SECONDS),
        maxConcurrency: MAX_CONSUMERS,
        reportBatchItemFailures: true,
      }),
    );
  }

  filledBy(fn: RelayFunction): void {
    fn.allow(['sqs:SendMessage'], this.#queue.queueArn);
    fn.setAddress('deliveryQueueUrl', this.#queue.queueUrl);
  }
}

export const queueDefaults = {
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  retentionPeriod: Duration.days(14),
};
