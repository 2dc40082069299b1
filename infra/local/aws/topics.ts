import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { AwsError } from './error.ts';
import type { XmlValue } from './xml.ts';

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

interface Subscription {
  subscriber: Subscriber;
  /** The function's ARN. */
  endpoint: string;
}

/**
 * SNS on this machine, as far as functions are subscribed. The topics belong to somebody else, so one is there as soon
 * as the template names it. What is under way when the stack stops is lost.
 */
export class Topics {
  readonly #clock: Clock;
  readonly #subscribers = new Map<string, Subscription[]>();

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
  }

  subscribe(topicArn: string, subscriber: Subscriber, endpoint = ''): void {
    this.#subscribers.set(topicArn, [...(this.#subscribers.get(topicArn) ?? []), { subscriber, endpoint }]);
  }

  /** Throws an AwsError where AWS refuses; an action that is not served is named. */
  call(action: string, form: URLSearchParams): XmlValue {
    const text = (name: string): string => form.get(name) ?? '';
    switch (action) {
      case 'Publish':
        return { MessageId: this.publish(text('TopicArn'), text('Message'), form.get('Subject') ?? undefined) };
      case 'ListTopics':
        return { Topics: { member: [...this.#subscribers.keys()].sort().map((TopicArn) => ({ TopicArn })) } };
      case 'ListSubscriptions':
        return { Subscriptions: { member: [...this.#subscribers.keys()].flatMap((arn) => this.#listed(arn)) } };
      case 'ListSubscriptionsByTopic':
        return { Subscriptions: { member: this.#listed(text('TopicArn')) } };
      default:
        throw new AwsError('InvalidAction', `SNS has no action ${action} here`);
    }
  }

  /** Returns the message's id; subscribers run afterwards. Throws NotFound where no template names the topic. */
  publish(topicArn: string, message: string, subject?: string): string {
    const subscribers = this.#subscriptionsOf(topicArn);
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
    for (const [index, { subscriber }] of subscribers.entries()) {
      const EventSubscriptionArn = `${topicArn}:${index}`;
      const record = { EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn, Sns } as const;
      void subscriber({ Records: [record] }).catch(() => console.error(`Message ${MessageId} of ${topicArn} is lost`));
    }
    return MessageId;
  }

  #subscriptionsOf(topicArn: string): Subscription[] {
    const subscriptions = this.#subscribers.get(topicArn);
    if (!subscriptions) throw new AwsError('NotFound', 'Topic does not exist', 404);
    return subscriptions;
  }

  #listed(TopicArn: string): XmlValue[] {
    return this.#subscriptionsOf(TopicArn).map(({ endpoint }, index) => ({
      SubscriptionArn: `${TopicArn}:${index}`,
      Protocol: 'lambda',
      Endpoint: endpoint,
      TopicArn,
    }));
  }
}
