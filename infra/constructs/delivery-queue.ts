import { Duration } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { limits } from '../../functions/contract/limits.ts';
import { createConsumedQueue, letFill } from './consumed-queue.ts';
import type { RelayFunction } from './relay-function.ts';

const BATCH_SIZE = 10;
/** A lone alert waits this long at most; repeats within a storm share a batch. */
const BATCHING_WINDOW_SECONDS = 1;

/** Whatever the hooks accepted lies here until it is routed. */
export class DeliveryQueue extends Construct {
  readonly deadLettersArn: string;
  readonly #queue: Queue;

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
    this.#queue = queue;
    this.deadLettersArn = deadLetters.queueArn;
  }

  filledBy(...fns: RelayFunction[]): void {
    letFill(this.#queue, 'deliveryQueueUrl', ...fns);
  }
}
