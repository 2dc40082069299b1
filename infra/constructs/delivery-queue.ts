import { Duration } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { limits } from '../../functions/contract/limits.ts';
import { createConsumedQueue, letFill } from './consumed-queue.ts';
import type { RelayFunction } from './relay-function.ts';

/** Of 250 entries at most (`deliveries/accept.ts`): 2,500 take 20 s of CPU time, or 70 s of the function's 90 s. */
const BATCH_SIZE = 10;
/** A lone alert waits this long at most; repeats within a storm share a batch. */
const BATCHING_WINDOW_SECONDS = 1;

/** Whatever the hooks accepted lies here until it is routed. */
export class DeliveryQueue extends Construct {
  readonly deadLetters: Queue;
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { consumer, consumers }: { consumer: RelayFunction; consumers: number }) {
    super(scope, id);
    const { queue, deadLetters } = createConsumedQueue(this, {
      consumer,
      address: 'deliveryQueueUrl',
      queue: { maxMessageSizeBytes: limits.queueMessageBytes },
      batches: {
        batchSize: BATCH_SIZE,
        maxBatchingWindow: Duration.seconds(BATCHING_WINDOW_SECONDS),
        maxConcurrency: consumers,
      },
    });
    // A delivery that the consumer has no time for, again and again, is stored anew before it is a dead letter.
    consumer.allow(['sqs:SendMessage'], queue.queueArn);
    this.queue = queue;
    this.deadLetters = deadLetters;
  }

  filledBy(...fns: RelayFunction[]): void {
    letFill(this.queue, 'deliveryQueueUrl', ...fns);
  }
}
