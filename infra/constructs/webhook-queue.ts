import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { createConsumedQueue, letFill } from './consumed-queue.ts';
import type { RelayFunction } from './relay-function.ts';

/** A receiver may take 300 s for a call, so that one that is slow holds up no more than this many others. */
const BATCH_SIZE = 5;

/** Calls of webhook rules, on their way to somebody's server. */
export class WebhookQueue extends Construct {
  readonly deadLetters: Queue;
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { consumer, consumers }: { consumer: RelayFunction; consumers: number }) {
    super(scope, id);
    const { queue, deadLetters } = createConsumedQueue(this, {
      consumer,
      address: 'webhookQueueUrl',
      batches: { batchSize: BATCH_SIZE, maxConcurrency: consumers },
    });
    this.queue = queue;
    this.deadLetters = deadLetters;
    // A call that is refused for good goes there at once.
    letFill(deadLetters, 'webhookDeadLettersUrl', consumer);
  }

  filledBy(...fns: RelayFunction[]): void {
    letFill(this.queue, 'webhookQueueUrl', ...fns);
  }
}
