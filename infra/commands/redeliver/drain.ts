import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** Longer than any function runs: nobody else sees a message meanwhile. */
const HIDDEN_SECONDS = 960;
const AT_ONCE = 10;
/** So long SQS looks through all of its servers before it says that there is nothing. */
const LOOK_SECONDS = 2;

/** Where a message went, or why it stays. */
export type Delivered = { to: string } | { problem: string };

interface Draining {
  queues: SQSClient;
  url: string;
  limit: number;
  /** What was sent there later came back, and is left for another time. */
  before: Date;
  /** Looks only: what was received is there again afterwards. */
  dry: boolean;
  deliver(message: Message): Promise<Delivered>;
}

export interface Drained {
  /** Messages by where they went. */
  to: Map<string, number>;
  left: { id: string; problem: string }[];
  /** There may be more. */
  isCut: boolean;
}

/**
 * Takes dead letters one batch after the other, and deletes each only once it is delivered: one that was delivered and
 * not deleted comes a second time, which every receiver here bears. What stays is to be seen again at the end.
 */
export async function drain(draining: Draining): Promise<Drained> {
  const { queues, url: QueueUrl, limit } = draining;
  const drained: Drained = { to: new Map(), left: [], isCut: false };
  const kept: string[] = [];
  try {
    for (let seen = 0; seen < limit; ) {
      const messages = await receive(queues, QueueUrl, Math.min(AT_ONCE, limit - seen));
      if (messages.length === 0) return drained;
      seen += messages.length;
      const settled = await Promise.allSettled(messages.map((message) => settle(draining, message, drained)));
      kept.push(
        ...messages.flatMap(({ ReceiptHandle }, index) => (isKept(settled[index]) ? [ReceiptHandle ?? ''] : [])),
      );
      const failed = settled.find((each) => each.status === 'rejected');
      if (failed) throw failed.reason;
    }
    return { ...drained, isCut: true };
  } finally {
    for (const ReceiptHandle of kept)
      await queues.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
  }
}

const isKept = (settled: PromiseSettledResult<'gone' | 'kept'> | undefined): boolean =>
  settled?.status !== 'fulfilled' || settled.value === 'kept';

async function settle(draining: Draining, message: Message, { to, left }: Drained): Promise<'gone' | 'kept'> {
  const { queues, url: QueueUrl, before, dry, deliver } = draining;
  const sentAt = Number(message.Attributes?.SentTimestamp ?? 0);
  const cameBack: Delivered = { problem: 'it has come back meanwhile: its cause is not mended' };
  const delivered = sentAt > before.getTime() ? cameBack : await deliver(message);
  if ('problem' in delivered) {
    left.push({ id: message.MessageId ?? '', problem: delivered.problem });
    return 'kept';
  }
  to.set(delivered.to, (to.get(delivered.to) ?? 0) + 1);
  if (dry) return 'kept';
  await queues.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
  return 'gone';
}

async function receive(queues: SQSClient, QueueUrl: string, most: number): Promise<Message[]> {
  const { Messages = [] } = await queues.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: most,
      VisibilityTimeout: HIDDEN_SECONDS,
      WaitTimeSeconds: LOOK_SECONDS,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['SentTimestamp'],
    }),
  );
  return Messages;
}
