import { beforeEach, expect, test } from 'vitest';
import { heartbeat } from '../../../functions/contract/heartbeat.ts';
import type { Relay } from '../../../functions/domain/rule/relay.ts';
import type { Webhook } from '../../../functions/domain/webhook/webhook.ts';
import { sendHeartbeat } from '../../../functions/upkeep/send-heartbeat/send-heartbeat.ts';
import { Door } from '../../support/fakes/door.ts';

/** A stack in which nobody has made the hook yet, behind the real door and router. */
class Stack {
  key = 'key-1';
  made: { relay: Relay; webhook: Webhook }[] = [];
  door = new Door({ webhooks: [], rules: [] });
  now = '2027-03-01T12:00:00.000Z';
  down = false;

  send() {
    return sendHeartbeat({
      door: {
        key: async () => this.key,
        post: async (key, body) => {
          if (this.down) return 503;
          const receipt = await this.door.try(body, key);
          if ('refusal' in receipt) return receipt.refusal.status;
          return 'nothing' in receipt ? 200 : 202;
        },
      },
      relays: {
        create: async (relay, webhook) => {
          this.made.push({ relay, webhook });
          const webhooks = this.made.map((each) => each.webhook);
          this.door = new Door({ webhooks, rules: [], relay, at: this.now });
          return { relay, created: true };
        },
      },
      clock: { now: () => new Date(this.now) },
    });
  }
}

let stack: Stack;
beforeEach(() => {
  stack = new Stack();
});

test('the first beat makes the hook, and a relay that stands in no list', async () => {
  expect(await stack.send()).toEqual({ status: 'sent' });
  expect(stack.made).toMatchObject([
    {
      relay: { id: heartbeat.relayId, deletedAt: stack.now },
      webhook: { relayId: heartbeat.relayId, webhookKey: 'key-1' },
    },
  ]);
  expect(await stack.send()).toEqual({ status: 'sent' });
  expect(stack.made).toHaveLength(1);
});

test('all beats of a day are one alert, which is over and starts nothing', async () => {
  for (let beat = 0; beat < 3; beat++) await stack.send();
  const { world } = stack.door;
  const [alert, ...others] = world.alerts.values();
  expect(others).toEqual([]);
  expect(alert).toMatchObject({ title: 'Heartbeat', severity: 'info', startsAt: '2027-03-01T00:00:00.000Z' });
  expect(alert?.resolvedAt).toBeDefined();
  stack.now = '2027-03-02T00:00:00.000Z';
  await stack.send();
  expect(world.alerts.size).toBe(2);
  expect(await world.deps().ledger.day(heartbeat.relayId, '2027-03-01')).toMatchObject({
    accepted: 4,
    reasons: { no_rules: 4 },
    undecided: 0,
  });
});

test('another key has another hook made for it', async () => {
  await stack.send();
  stack.key = 'key-2';
  await stack.send();
  expect(stack.made.map(({ webhook }) => webhook.webhookKey)).toEqual(['key-1', 'key-2']);
  expect(new Set(stack.made.map(({ webhook }) => webhook.id)).size).toBe(2);
});

test('a door that does not take it fails the beat', async () => {
  await stack.send();
  stack.down = true;
  await expect(stack.send()).rejects.toThrow('The hook of the heartbeat answered 503');
});
