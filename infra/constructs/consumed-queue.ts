import { Duration } from 'aws-cdk-lib';
import { SqsEventSource, type SqsEventSourceProps } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { environment } from '../../functions/contract/environment.ts';
import { limits } from '../../functions/contract/limits.ts';
import { CustomerKey } from './customer-key.ts';
import type { RelayFunction } from './relay-function.ts';

/** AWS's rule: with partial batch answers and throttled consumers, a shorter one shows messages twice. */
const VISIBILITY_PER_TIMEOUT = 6;

export function queueDefaults(scope: Construct): QueueProps {
  const key = CustomerKey.of(scope);
  return {
    ...(key
      ? { encryption: QueueEncryption.KMS, encryptionMasterKey: key }
      : { encryption: QueueEncryption.SQS_MANAGED }),
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  };
}

interface ConsumedQueueProps {
  consumer: RelayFunction;
  /** By which the consumer knows the queue. */
  address: keyof typeof environment;
  batches: SqsEventSourceProps;
  queue?: QueueProps;
}

/** A queue with its dead letters, both of which keep a message as long as SQS can, and the function that empties it. */
export function createConsumedQueue(
  scope: Construct,
  { consumer, address, batches, queue }: ConsumedQueueProps,
): { queue: Queue; deadLetters: Queue } {
  const deadLetters = new Queue(scope, 'DeadLetters', queueDefaults(scope));
  const consumed = new Queue(scope, 'Queue', {
    ...queueDefaults(scope),
    ...queue,
    visibilityTimeout: Duration.seconds(VISIBILITY_PER_TIMEOUT * consumer.timeoutSeconds),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: limits.queueTries },
  });
  // What failed comes again sooner than after the visibility time-out; the event source brings the permission.
  consumer.setAddress(address, consumed.queueUrl);
  consumer.lambda.addEventSource(new SqsEventSource(consumed, { ...batches, reportBatchItemFailures: true }));
  return { queue: consumed, deadLetters };
}

/** Lets functions send to a queue, and tells them where it is. */
export function letFill(queue: Queue, address: keyof typeof environment, ...fns: RelayFunction[]): void {
  for (const fn of fns) {
    fn.allow(['sqs:SendMessage'], queue.queueArn);
    fn.setAddress(address, queue.queueUrl);
  }
}
