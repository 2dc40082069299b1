import { Duration } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { limits } from '../../functions/contract/limits.ts';
import { createConsumedQueue, letFill } from './consumed-queue.ts';
import type { RelayFunction } from './relay-function.ts';

/**
 * As many as one look at the window, at what is held and at the ledger serves. A delivery has 250 entries at most
 * (`deliveries/accept.ts`); what there is no time for is left over and comes again.
 */
const BATCH_SIZE = 100;
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
