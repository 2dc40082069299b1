import { expect, test } from 'vitest';
import { Door } from '../../support/fakes/door.ts';
import { alertmanagerBody, alertmanagerEntry, bytesOf } from '../../support/fakes/intake.ts';

/** An outage of many pods: what Alertmanager says of all of them at once. */
const outage = (status: string) =>
  alertmanagerBody(
    Array.from({ length: 1_200 }, (_, pod) =>
      alertmanagerEntry({
        status,
        endsAt: status === 'resolved' ? '2027-03-01T12:30:00Z' : '0001-01-01T00:00:00Z',
        labels: { alertname: 'PodCrashing', severity: 'warning', pod: `checkout-${pod}` },
        annotations: { summary: `Pod checkout-${pod} is crashing`, description: 'The pod restarts. '.repeat(70) },
        fingerprint: pod.toString(16).padStart(16, '0'),
      }),
    ),
  );

test('a group of 1,200 alerts is taken whole, each is closed by its end, and each delivery is counted once', async () => {
  const door = new Door();
  expect(bytesOf(outage('firing')).byteLength).toBeGreaterThan(1.5 * 1024 * 1024);
  for (const status of ['firing', 'resolved']) await door.post(outage(status));
  expect(door.states.filter((state) => state === 'resolved')).toHaveLength(1_200);
  expect(door.world.stores.ledgerDay('rly_1', '2027-03-01')).toMatchObject({
    deliveries: 2,
    entries: 2_400,
    accepted: 2_400,
    undecided: 0,
  });
  expect(door.starts).toBeLessThanOrEqual(2);
});
