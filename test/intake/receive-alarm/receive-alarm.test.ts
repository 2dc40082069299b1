import { describe, expect, test } from 'vitest';
import { traceparentSchema } from '../../../functions/contract/traceparent.ts';
import { nextAlertIdOf } from '../../../functions/domain/alert/alert-id.ts';
import { type Alarm, alarmEventSchema, alarmOf } from '../../../functions/intake/receive-alarm/event.ts';
import { receiveAlarm } from '../../../functions/intake/receive-alarm/receive-alarm.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { alertmanagerBody, alertmanagerEntry, fakeQueue } from '../../support/fakes/intake.ts';
import { fakeLog } from '../../support/fakes/stores.ts';
import { fakeMemory } from '../../support/fakes/webhook-secrets.ts';
import { busEvent, notification, topic, topicAlarm } from './events.ts';

const prepare = () => {
  const queue = fakeQueue();
  const memory = fakeMemory();
  const log = fakeLog();
  const deps = {
    alerts: { latestOf: async () => undefined },
    queue,
    memory,
    log,
    clock: fakeClock(),
    doors: { eventbridge: 'rly_1', [topic]: 'rly_2' },
  };
  return { queue, memory, deps, log, receive: (alarm: Alarm) => receiveAlarm(deps, alarm) };
};
const generic = JSON.stringify({ title: 'Disk full', severity: 'high', dedup_key: 'disk-1' });

const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

describe('what comes through a door', () => {
  test('is one delivery to the relay that the door leads to', async () => {
    const { queue, receive } = prepare();
    await receive(alarmOf(alarmEventSchema.parse(notification(generic))));
    const [delivery] = queue.sent;
    expect(delivery).toMatchObject({
      relayId: 'rly_2',
      webhookId: topic,
      format: 'generic',
      receivedAt: fakeClock().now().toISOString(),
      items: [{ occurrence: { title: 'Disk full', severity: 'high', status: 'firing' } }],
    });
    const { fingerprint, strength } = delivery?.items[0]?.occurrence ?? { fingerprint: '' };
    expect(strength).toBe('signature');
    expect(delivery?.items[0]?.alertId).toBe(
      nextAlertIdOf({ relayId: 'rly_2', fingerprint, strength, previousAlertId: null }),
    );
  });

  test('has the same delivery id however often it comes, and another one for another message', async () => {
    const { queue, memory, receive } = prepare();
    const receiveAs = (id: string) => receive(alarmOf(alarmEventSchema.parse(notification(generic, id))));
    for (const id of ['m-1', 'm-1', 'm-2']) {
      await receiveAs(id);
      memory.remembered.clear();
    }
    const [first, again, other] = queue.sent.map(({ deliveryId }) => deliveryId);
    expect(first).toMatch(/^dlv_[0-9a-f]{32}$/);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  test.each([
    ['EventBridge', busEvent()],
    ['SNS', notification(generic)],
  ])('once more through %s is not queued again', async (_, event) => {
    const { queue, receive } = prepare();
    const alarm = alarmOf(alarmEventSchema.parse(event));
    expect(await receive(alarm)).toEqual({ status: 'queued' });
    expect(await receive(alarm)).toEqual({ status: 'repeated' });
    expect(queue.sent).toMatchObject([{ traceparent: traceparentSchema.parse(alarm.traceparent) }]);
  });

  test('and cannot be remembered is taken all the same', async () => {
    const { deps, log, queue } = prepare();
    const memory = { has: async () => false, remember: () => Promise.reject(new TypeError('s3cret')) };
    const alarm = alarmOf(alarmEventSchema.parse(notification(generic)));
    expect(await receiveAlarm({ ...deps, memory }, alarm)).toEqual({ status: 'queued' });
    expect(queue.sent).toHaveLength(1);
    expect(log.warnings).toEqual(['Delivery not remembered [delivery_memory open]: TypeError']);
  });

  test.each([
    ['a door that leads nowhere', { door: `${topic}-2`, messageId: 'm', text: generic }, /leads to no relay/],
    ['no JSON', { door: topic, messageId: 'm', text: 'Disk full' }, /not taken: invalid_json$/],
    ['an unknown format', { door: topic, messageId: 'm', text: '{"s3cret":1}' }, /not taken: unknown_format$/],
  ])('is thrown back where it is %s, and nothing of it is said', async (_, alarm, message) => {
    const { queue, receive } = prepare();
    await expect(receive({ ...alarm, traceparent })).rejects.toThrow(message);
    expect(queue.sent).toEqual([]);
  });

  test('is thrown back, and not remembered, where it holds too many alerts', async () => {
    const { queue, memory, receive } = prepare();
    const entries = Array.from({ length: 3_001 }, (_, index) =>
      alertmanagerEntry({ labels: { alertname: 'x' }, annotations: {}, fingerprint: `${index}` }),
    );
    const text = JSON.stringify(alertmanagerBody(entries));
    await expect(receive({ door: topic, messageId: 'm', text, traceparent })).rejects.toThrow(
      /not taken: too_many_alerts$/,
    );
    expect([queue.sent, [...memory.remembered]]).toEqual([[], []]);
  });
});

describe('a CloudWatch alarm', () => {
  const occurrences = async (...events: unknown[]) => {
    const { queue, receive } = prepare();
    for (const event of events) await receive(alarmOf(alarmEventSchema.parse(event)));
    return queue.sent.map(({ format, items }) => ({ format, ...items[0]?.occurrence }));
  };

  test('fires and is resolved by EventBridge under one fingerprint', async () => {
    const [firing, resolved] = await occurrences(busEvent(), busEvent('OK', 'ALARM'));
    expect(firing).toMatchObject({ format: 'cloudwatch', status: 'firing', title: 'checkout-errors' });
    expect(resolved).toMatchObject({ status: 'resolved', fingerprint: firing?.fingerprint });
  });

  test('is the same incident through both doors', async () => {
    const [byBus, byTopic] = await occurrences(busEvent(), notification(JSON.stringify(topicAlarm)));
    expect(byTopic).toMatchObject({ format: 'cloudwatch', status: 'firing', fingerprint: byBus?.fingerprint });
  });

  test('that has not changed is ignored', async () => {
    expect(await occurrences(busEvent('OK', 'OK'))).toEqual([]);
  });
});

describe('the event of a door', () => {
  test('of EventBridge is its own payload', () => {
    const { door, messageId, text } = alarmOf(alarmEventSchema.parse(busEvent()));
    expect({ door, messageId }).toEqual({ door: 'eventbridge', messageId: busEvent().id });
    expect(JSON.parse(text)).toEqual(busEvent());
  });

  test.each([
    ['of another service', { Records: [{ eventSource: 'aws:sqs', body: generic }] }],
    ['of two messages at once', { Records: [...notification(generic).Records, ...notification(generic).Records] }],
    ['that is none', {}],
  ])('%s does not fit', (_, event) => expect(alarmEventSchema.safeParse(event).success).toBe(false));
});
