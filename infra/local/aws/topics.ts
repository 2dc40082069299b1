import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { AwsError } from './error.ts';

/** One message, as SNS hands it to a function. */
export interface NotificationEvent {
  Records: [
    {
      EventSource: 'aws:sns';
      EventVersion: '1.0';
      EventSubscriptionArn: string;
      Sns: Record<string, unknown> & { MessageId: string; TopicArn: string; Message: string };
    },
  ];
}

type Subscriber = (event: NotificationEvent) => Promise<void>;

/**
 * SNS on this machine, as far as functions are subscribed. The topics belong to somebody else, so one is there as soon as
 * the template names it. What is under way when the stack stops is lost.
 */
export class Topics {
  readonly #clock: Clock;
  readonly #subscribers = new Map<string, Subscriber[]>();

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
  }

  subscribe(topicArn: string, subscriber: Subscriber): void {
    this.#subscribers.set(topicArn, [...(this.#subscribers.get(topicArn) ?? []), subscriber]);
  }

  /** Returns the message's id; subscribers run afterwards. Throws NotFound where no template names the topic. */
  publish(topicArn: string, message: string, subject?: string): string {
    const subscribers = this.#subscribers.get(topicArn);
    if (!subscribers) throw new AwsError('NotFound', 'Topic does not exist', 404);
    const MessageId = randomUUID();
    const Sns = {
      Type: 'Notification',
      MessageId,
      TopicArn: topicArn,
      Subject: subject ?? null,
      Message: message,
      Timestamp: new Date(this.#clock.now()).toISOString(),
      MessageAttributes: {},
    };
    for (const [index, subscriber] of subscribers.entries()) {
      const EventSubscriptionArn = `${topicArn}:${index}`;
      const record = { EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn, Sns } as const;
      void subscriber({ Records: [record] }).catch(() => console.error(`Message ${MessageId} of ${topicArn} is lost`));
    }
    return MessageId;
  }
}
