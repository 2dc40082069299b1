import { describe, expect, test } from 'vitest';
import { findAlert } from '../../functions/decisions/find-alert.ts';
import type { Alert } from '../../functions/domain/alert/alert.ts';
import { nextAlertIdOf } from '../../functions/domain/alert/alert-id.ts';
import {
  alertId,
  fingerprint,
  relayId,
  sampleAlert,
  sampleDelivery,
  sampleOccurrence,
  withoutStart,
} from '../support/fakes/alert-samples.ts';
import { unexpected } from '../support/fakes/recorded.ts';

const next = (previousAlertId: string | null) => nextAlertIdOf({ relayId, fingerprint, previousAlertId });
const first = next(null);
const second = next(first);
const third = next(second);

const early = '2027-03-01T11:00:00.000Z';
const at = '2027-03-01T12:00:00.000Z';
const late = '2027-03-01T13:00:00.000Z';

const open = (id: string, createdAt = early) => sampleAlert({ id, createdAt, startsAt: createdAt });
const closed = (id: string, resolvedAt: string) => ({ ...open(id), resolvedAt });
const other = closed('alr_with_start', early);

/** Without a start nothing is looked up by it. */
const unasked = { find: () => unexpected('find') };

type Status = 'firing' | 'resolved';
const find = (alertIdInQueue: string, status: Status, stored: Alert[], latest: Alert | undefined = stored.at(-1)) =>
  findAlert(
    {
      ...unasked,
      get: async (id) => stored.find((alert) => alert.id === id),
      latestOf: async () => latest,
    },
    { delivery: sampleDelivery({ receivedAt: at }), alertId: alertIdInQueue, occurrence: withoutStart({ status }) },
  );

describe('an entry without a start, received at 12:00, belongs to', () => {
  const cases: [what: string, queued: string, status: Status, stored: Alert[], id: string, known: boolean][] = [
    ['its own alert where nothing is stored', first, 'firing', [], first, false],
    ['the open alert', first, 'firing', [open(first)], first, true],
    ['an alert that was closed after it came in', first, 'firing', [closed(first, late)], first, true],
    ['an alert that was closed at the same moment', first, 'firing', [closed(first, at)], first, true],
    ['the next alert where the last was closed before', first, 'firing', [closed(first, early)], second, false],
    ['the next alert that is open', first, 'firing', [closed(first, early), open(second)], second, true],
    ['the one after two closed', first, 'firing', [closed(first, early), closed(second, early)], third, false],
    ['the open alert under another id', first, 'firing', [open('alr_with_start')], 'alr_with_start', true],
    ['its own alert where another is closed', first, 'firing', [other], first, false],
    ['the open alert, resolved', first, 'resolved', [open(first)], first, true],
    ['the open next alert, resolved', first, 'resolved', [closed(first, early), open(second)], second, true],
    ['the alert that it closed, told again', first, 'resolved', [closed(first, early)], first, true],
    ['its own alert, resolved before it was known', first, 'resolved', [], first, false],
    ['no alert that began later', first, 'resolved', [open(first, late)], first, true],
    ['the open alert, resolved, under another id', first, 'resolved', [open('alr_with_start')], 'alr_with_start', true],
    ['its own alert where the other began later', first, 'resolved', [open('alr_with_start', late)], first, false],
    ['its own alert, although another followed', first, 'firing', [closed(first, late), open(second)], first, true],
    ['the one between', first, 'firing', [closed(first, early), closed(second, late), open(third)], second, true],
  ];

  test.each(cases)('%s', async (_, queued, status, stored, id, known) => {
    const found = await find(queued, status, stored);
    expect(found.id).toBe(id);
    expect(found.alert).toEqual(known ? stored.find((alert) => alert.id === id) : undefined);
  });

  test('the next alert also where the way from the incident to the newest was never written', async () => {
    const stored = [closed(first, early), closed(second, early), open(third)];
    expect(await find(first, 'firing', stored, stored[0])).toEqual({ id: third, alert: stored[2] });
  });

  test('the twenty-first alert, and none after it', async () => {
    const chain = (length: number) => {
      let asked = 0;
      return {
        ...unasked,
        get: async (id: string) => (asked++ < length ? closed(id, early) : undefined),
        latestOf: async () => undefined,
      };
    };
    const entry = { delivery: sampleDelivery(), alertId: first, occurrence: withoutStart() };
    expect((await findAlert(chain(20), entry)).alert).toBeUndefined();
    await expect(findAlert(chain(21), entry)).rejects.toThrow('20 times');
  });

  test('nothing where more alerts than can be were closed in between', async () => {
    const alerts = { ...unasked, get: async (id: string) => closed(id, early), latestOf: async () => undefined };
    const entry = { delivery: sampleDelivery(), alertId: first, occurrence: withoutStart() };
    await expect(findAlert(alerts, entry)).rejects.toThrow('20 times');
  });
});

test('a start names the alert for good, whatever else the incident knows', async () => {
  const alert = sampleAlert({ resolvedAt: early });
  const alerts = {
    get: () => unexpected('get'),
    find: async () => alert,
    latestOf: () => unexpected('latestOf'),
  };
  const entry = { delivery: sampleDelivery(), alertId, occurrence: sampleOccurrence() };
  expect(await findAlert(alerts, entry)).toEqual({ id: alertId, alert });
});
