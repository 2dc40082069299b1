import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startAwsEndpoint } from '../../../../infra/local/aws/endpoint.ts';
import { type NotificationEvent, Topics } from '../../../../infra/local/aws/topics.ts';
import { realClock } from '../../../../infra/local/real-clock.ts';
import { account, startAws } from './fixture.ts';

const topic = `arn:aws:sns:eu-central-1:${account}:alarms`;

async function start() {
  const aws = await startAws();
  onTestFinished(() => aws.close());
  const { tables, states, secrets, queues, buses, buckets } = aws;
  const topics = new Topics({ clock: realClock });
  const services = { dynamodb: tables, states, secrets, sqs: queues, events: buses, buckets, topics };
  const endpoint = await startAwsEndpoint({ port: 0, services });
  onTestFinished(() => endpoint.close());
  const publish = (TopicArn: string) =>
    fetch(endpoint.url, {
      method: 'POST',
      body: new URLSearchParams({
        Action: 'Publish',
        Version: '2010-03-31',
        TopicArn,
        Message: '{"a":"é"}',
        Subject: 'S',
      }),
    });
  return { topics, publish };
}

describe('SNS', () => {
  test('hands a message to every subscriber of its topic, in the form of Lambda', async () => {
    const { topics, publish } = await start();
    const seen: NotificationEvent[] = [];
    const broken = vi.spyOn(console, 'error').mockImplementation(() => {});
    topics.subscribe(topic, () => Promise.reject(new Error('a subscriber that fails')));
    topics.subscribe(topic, async (event) => void seen.push(event));
    const answer = await publish(topic);
    expect(answer.status).toBe(200);
    const [, id] = /<MessageId>(.+)<\/MessageId>/.exec(await answer.text()) ?? [];
    const Sns = { Type: 'Notification', MessageId: id, TopicArn: topic, Subject: 'S', Message: '{"a":"é"}' };
    expect(seen).toMatchObject([{ Records: [{ EventSource: 'aws:sns', Sns }] }]);
    expect(broken).toHaveBeenCalledOnce();
  });

  test('knows no topic that the template does not name', async () => {
    const { publish } = await start();
    const answer = await publish(`${topic}-2`);
    expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining('<Code>NotFound</Code>')]);
  });
});
