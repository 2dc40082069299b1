import { once } from 'node:events';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { Door } from '../support/fakes/door.ts';
import { findAlertmanager, startAlertmanager } from '../support/system/alertmanager.ts';

const found = findAlertmanager();
if (!found) {
  process.stderr.write(
    'Skipped: test/system/alertmanager.test.ts, which needs Alertmanager: install it, or name it in RELAY_ALERTMANAGER.\n',
  );
}

/** A hook on loopback, whose relay lives in memory. */
async function openHook() {
  const door = new Door({ at: new Date().toISOString() });
  const bodies: { alerts: unknown[] }[] = [];
  let last: Promise<unknown> = Promise.resolve();
  const server = createServer(async (request, response) => {
    const text = (await buffer(request)).toString();
    bodies.push(JSON.parse(text));
    // One after the other, as for one alert.
    last = last.then(() => door.post(text)).finally(() => response.writeHead(202).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const close = async () => void server.close();
  return { door, bodies, url: `http://127.0.0.1:${port}/hooks/key-1`, close };
}

test.skipIf(!found)(
  'a real Alertmanager fires, groups, repeats, moves a start back, resolves and fires again',
  async () => {
    const hook = await openHook();
    const alertmanager = await startAlertmanager(found?.program ?? '', hook.url);
    const { door, bodies } = hook;
    const at = (secondsAgo: number) => new Date(Date.now() - secondsAgo * 1_000).toISOString();
    const told = (pod: string) => ({ alertname: 'PodCrashing', severity: 'warning', pod });
    try {
      await eventually(async () => expect(await alertmanager.isReady()).toBe(true));
      const [first, second] = [told('a'), told('b')];
      await alertmanager.tell({ labels: first, startsAt: at(60) }, { labels: second, startsAt: at(60) });
      await eventually(() => expect(door.states).toEqual(['open', 'open']));

      // Another replica saw it earlier: Alertmanager tells the group again, with the earlier start.
      const before = bodies.length;
      await alertmanager.tell({ labels: first, startsAt: at(300) });
      await eventually(() => expect(bodies.length).toBeGreaterThanOrEqual(before + 2));
      expect(bodies.at(-1)?.alerts).toHaveLength(2);
      expect(door.states).toEqual(['open', 'open']);

      await alertmanager.tell({ labels: first, startsAt: at(300), endsAt: at(0) });
      await eventually(() => expect(door.states.toSorted()).toEqual(['open', 'resolved']));
      await alertmanager.tell({ labels: second, startsAt: at(60), endsAt: at(0) });
      await eventually(() => expect(door.states).toEqual(['resolved', 'resolved']));

      await alertmanager.tell({ labels: first, startsAt: at(-1) });
      await eventually(() => expect(door.states).toEqual(['resolved', 'resolved', 'open']));
      // An alert is open a moment before its delivery is counted.
      await eventually(() => expect(door.balanced).toBe(true));
    } finally {
      await alertmanager.stop();
      await hook.close();
    }
  },
);
