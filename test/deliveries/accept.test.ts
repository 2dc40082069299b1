import { describe, expect, test } from 'vitest';
import type { AlertOccurrence } from '../../functions/contract/alert.ts';
import { deliverySchema } from '../../functions/contract/delivery.ts';
import { limits } from '../../functions/contract/limits.ts';
import { accept } from '../../functions/deliveries/accept.ts';
import { alertIdOf, nextAlertIdOf } from '../../functions/domain/alert/alert-id.ts';
import { sampleAlert, sampleDelivery, sampleOccurrence, withoutStart } from '../support/fakes/alert-samples.ts';
import { fakeQueue } from '../support/fakes/intake.ts';
import { late } from '../support/fakes/late.ts';

function accepting(latest = new Map<string, string>()) {
  const queue = fakeQueue();
  const alerts = late({
    latestOf: async (_: string, fingerprint: string) => {
      const id = latest.get(fingerprint);
      return id === undefined ? undefined : sampleAlert({ id, fingerprint });
    },
  });
  const { items: _, ...envelope } = sampleDelivery();
  return {
    queue,
    accept: (...occurrences: AlertOccurrence[]) => accept({ alerts, queue }, envelope, occurrences, 'address'),
  };
}

describe('a delivery that is accepted', () => {
  test('stands in the queue before it is answered', async () => {
    const { queue, accept } = accepting();
    const accepted = await accept(sampleOccurrence());
    expect(queue.sent).toEqual('delivery' in accepted ? [accepted.delivery] : []);
  });

  test('of a test is about an incident of its own, also where the real one is open', async () => {
    const { queue, accept } = accepting(new Map([['v1:checkout', 'alr_open']]));
    await accept(withoutStart({ status: 'test' }), sampleOccurrence({ status: 'test' }), withoutStart());
    const [test, started, real] = queue.sent[0]?.items ?? [];
    const fingerprint = 'test:v1:checkout';
    const ofTest = { relayId: 'rly_1', fingerprint };
    expect(test).toMatchObject({
      alertId: nextAlertIdOf({ ...ofTest, previousAlertId: null }),
      occurrence: { fingerprint, status: 'test' },
    });
    expect(started).toMatchObject({
      alertId: alertIdOf({ ...ofTest, startsAt: sampleOccurrence().startsAt ?? '' }),
      occurrence: { fingerprint },
    });
    expect(real).toMatchObject({ alertId: 'alr_open', occurrence: { fingerprint: 'v1:checkout', status: 'firing' } });
  });

  test.each(['firing', 'resolved', 'acknowledged', 'update', 'unknown'] as const)(
    'that is %s keeps the fingerprint of its incident',
    async (status) => {
      const { queue, accept } = accepting();
      await accept(sampleOccurrence({ status }));
      expect(queue.sent[0]?.items[0]?.occurrence.fingerprint).toBe('v1:checkout');
    },
  );
});

describe('a message of the queue', () => {
  const bytesOf = async (message: string): Promise<number> => {
    const { queue, accept } = accepting();
    await accept(sampleOccurrence({ message }));
    return Buffer.byteLength(JSON.stringify(queue.sent[0]));
  };

  test.each(['x', 'ü', '💥'])(
    'of exactly the limit in bytes of "%s" is taken, one byte more is not',
    async (letter) => {
      const room = limits.queueMessageBytes - (await bytesOf(''));
      const filling = letter.repeat(Math.floor(room / Buffer.byteLength(letter)));
      const full = filling + 'x'.repeat(room - Buffer.byteLength(filling));
      const { queue, accept } = accepting();
      expect(await accept(sampleOccurrence({ message: full }))).toHaveProperty('delivery');
      expect(Buffer.byteLength(JSON.stringify(queue.sent[0]))).toBe(limits.queueMessageBytes);
      expect(await accept(sampleOccurrence({ message: `${full}x` }))).toMatchObject({
        code: 'delivery_too_large',
        message: expect.stringContaining(`takes ${limits.queueMessageBytes + 1} bytes`),
      });
      expect(queue.sent).toHaveLength(1);
    },
  );

  const sized = (count: number, message: string) =>
    Array.from({ length: count }, (_, n) => sampleOccurrence({ fingerprint: `v1:${n}`, message }));

  test('that cannot hold a delivery has others beside it, whose ids are made of the first, and nothing is lost', async () => {
    const { queue, accept } = accepting();
    const accepted = await accept(...sized(3_000, 'ü'.repeat(600)));
    expect(accepted).toMatchObject({
      delivery: { deliveryId: 'dlv_1', items: { length: 3_000 } },
      alertIds: { length: 3_000 },
    });
    expect(queue.sent.length).toBeGreaterThan(3);
    for (const [index, part] of queue.sent.entries()) {
      expect(deliverySchema.safeParse(JSON.parse(JSON.stringify(part))).error).toBeUndefined();
      expect(Buffer.byteLength(JSON.stringify(part))).toBeLessThanOrEqual(limits.queueMessageBytes);
      const { deliveryId, partOf } = part;
      expect([deliveryId, partOf]).toEqual(index === 0 ? ['dlv_1', undefined] : [`dlv_1_${index + 1}`, 'dlv_1']);
    }
    const fingerprints = queue.sent.flatMap(({ items }) => items.map(({ occurrence }) => occurrence.fingerprint));
    expect(fingerprints).toEqual(sized(3_000, '').map(({ fingerprint }) => fingerprint));
  });

  test('holds 250 alerts at most, however small', async () => {
    const { queue, accept } = accepting();
    await accept(...sized(501, 'x'));
    expect(queue.sent.map(({ items }) => items.length)).toEqual([250, 250, 1]);
  });

  test('that is filled to the last byte is followed by another one', async () => {
    const room = limits.queueMessageBytes - (await bytesOf(''));
    const { queue, accept } = accepting();
    const [first, second] = [
      sampleOccurrence({ message: 'x'.repeat(room) }),
      sampleOccurrence({ fingerprint: 'v1:b' }),
    ];
    await accept(first, second);
    expect(queue.sent.map(({ items }) => items.length)).toEqual([1, 1]);
  });

  test('that is not stored fails the delivery as a whole, so that it comes again', async () => {
    const { queue, accept } = accepting();
    const send = queue.send;
    queue.send = async (part) => {
      if (part.partOf !== undefined) throw new Error('throttled');
      return send(part);
    };
    await expect(accept(...sized(1_001, 'x'))).rejects.toThrow('throttled');
  });
});
