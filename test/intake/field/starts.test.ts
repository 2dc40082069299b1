import { describe, expect, test } from 'vitest';
import { sampleRule } from '../../support/fakes/alert-samples.ts';
import { Door } from '../../support/fakes/door.ts';

type Status = 'firing' | 'resolved';

const minute = (n: number) => `2027-03-01T11:${String(n).padStart(2, '0')}:00Z`;
const zero = '0001-01-01T00:00:00Z';

const entry = (status: Status, startsAt: string, endsAt: string) => ({
  status,
  labels: { alertname: 'CheckoutSlow' },
  annotations: {},
  startsAt,
  endsAt,
  fingerprint: 'f1',
});
const senders = {
  Alertmanager: (...alerts: object[]) => ({ version: '4', alerts }),
  Grafana: (...alerts: object[]) => ({ version: '1', orgId: 1, alerts }),
};

/** What a sender says of one incident: its status, and the minutes of its start and its end. */
type Said = [status: Status, start: number, end?: number];
const said = ([status, start, end]: Said) => entry(status, minute(start), end === undefined ? zero : minute(end));

const lives: [what: string, life: Said[], states: string[], starts: number][] = [
  [
    'fires, repeats, ends',
    [
      ['firing', 1],
      ['firing', 1],
      ['resolved', 1, 9],
    ],
    ['resolved'],
    1,
  ],
  [
    'ends with the end for its start',
    [
      ['firing', 1],
      ['resolved', 9, 9],
    ],
    ['resolved'],
    1,
  ],
  [
    'ends so, as two replicas say',
    [
      ['firing', 1],
      ['resolved', 9, 9],
      ['resolved', 9, 9],
    ],
    ['resolved'],
    1,
  ],
  [
    'fires again after such an end',
    [
      ['firing', 1],
      ['resolved', 9, 9],
      ['firing', 12],
    ],
    ['resolved', 'open'],
    2,
  ],
  [
    'fires again, and ends again',
    [
      ['firing', 1],
      ['resolved', 9, 9],
      ['firing', 12],
      ['resolved', 20, 20],
    ],
    ['resolved', 'resolved'],
    2,
  ],
  [
    'has a start that moves back',
    [
      ['firing', 2],
      ['firing', 1],
    ],
    ['open'],
    1,
  ],
  [
    'ends with the start that was moved back',
    [
      ['firing', 2],
      ['firing', 1],
      ['resolved', 1, 9],
    ],
    ['resolved'],
    1,
  ],
  [
    'has two replicas with starts of their own',
    [
      ['firing', 2],
      ['firing', 1],
      ['firing', 2],
      ['firing', 3],
    ],
    ['open'],
    1,
  ],
  [
    'is told late with another start, after its end',
    [
      ['firing', 2],
      ['resolved', 2, 9],
      ['firing', 1],
    ],
    ['resolved'],
    1,
  ],
  [
    'ends before it fires',
    [
      ['resolved', 9, 9],
      ['firing', 1],
    ],
    ['resolved'],
    0,
  ],
  [
    'ends before it fires, and fires again',
    [
      ['resolved', 9, 9],
      ['firing', 1],
      ['firing', 12],
    ],
    ['resolved', 'open'],
    1,
  ],
  [
    'ends a second time before it fires a second time',
    [
      ['firing', 1],
      ['resolved', 1, 5],
      ['resolved', 20, 20],
      ['firing', 12],
    ],
    ['resolved', 'resolved'],
    1,
  ],
  [
    'ended before what is open began',
    [
      ['firing', 12],
      ['resolved', 5, 5],
    ],
    ['open', 'resolved'],
    1,
  ],
];

describe.each(Object.entries(senders))('%s: an incident that', (_, body) => {
  test.each(lives)('%s', async (_, life, states, starts) => {
    const door = new Door();
    for (const each of life) {
      await door.post(body(said(each)));
      door.world.endSessions('no_changes');
    }
    expect({ states: door.states, starts: door.starts, balanced: door.balanced }).toEqual({
      states,
      starts,
      balanced: true,
    });
  });

  test('ends under another start stops its session where the rule says so', async () => {
    const door = new Door({ rules: [sampleRule({}, { config: { onResolve: 'stop' } })] });
    await door.post(body(said(['firing', 1])));
    expect(door.world.stopped.size).toBe(0);
    await door.post(body(said(['resolved', 9, 9])));
    expect(door.world.stopped.size).toBe(1);
  });

  test('stays open for a day without an end: what fires then begins anew', async () => {
    const door = new Door();
    await door.post(body(entry('firing', '2027-02-26T10:00:00Z', zero)));
    await door.post(body(entry('firing', '2027-02-27T09:59:59Z', zero)));
    expect(door.states).toEqual(['open']);
    await door.post(body(entry('firing', '2027-02-27T10:00:00Z', zero)));
    expect(door.states).toEqual(['open', 'open']);
  });
});

test('an alert that is told by its time alone is another one each time, though none has ended', async () => {
  const door = new Door();
  await door.post({ title: 'Backup failed', occurred_at: '2027-03-01T01:00:00Z' });
  await door.post({ title: 'Backup failed', occurred_at: '2027-03-01T02:00:00Z' });
  expect(door.states).toEqual(['open', 'open']);
});
