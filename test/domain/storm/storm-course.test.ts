import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  endHoldOf,
  giveBack,
  markDispatched,
  nextStep,
  release,
} from '../../../functions/domain/storm/storm-course.ts';
import {
  admit,
  emptyWindow,
  type StormSettings,
  type StormWindow,
} from '../../../functions/domain/storm/storm-window.ts';

const settings: StormSettings = { threshold: 5, windowMs: 60_000, maxImmediate: 2, criticalBypasses: false };
const T0 = Date.parse('2027-03-01T12:00:00Z');
const s = (seconds: number): number => T0 + seconds * 1_000;

function arrived(window: StormWindow, seconds: number, ...alerts: string[]): StormWindow {
  const arrivals = alerts.map((alertId) => ({ alertId, critical: false }));
  return admit(window, arrivals, settings, s(seconds), 'rul_1').window;
}
const held = arrived(emptyWindow, 0, 'a', 'b', 'c', 'd');
const stormId = held.stormId ?? '';

describe('letting go', () => {
  test('waits until a start of the window is over', () => {
    expect(release(held, 'c', settings, s(59))).toEqual({ ok: false, freeAtMs: s(60) });
    const went = release(held, 'c', settings, s(60));
    expect(went).toMatchObject({
      ok: true,
      window: { starts: [{ alertId: 'c', atMs: s(60) }], investigated: ['a', 'b', 'c'] },
    });
  });
  test('an alert whose start broke off has one place, from when it is started', () => {
    const went = release(held, 'c', settings, s(60));
    if (!went.ok) throw new Error('not released');
    const again = release(went.window, 'c', settings, s(61));
    expect(again).toMatchObject({ ok: true, window: { starts: [{ alertId: 'c', atMs: s(61) }] } });
  });
  test('what was not started after all gives its place to the next', () => {
    const went = release(held, 'c', settings, s(60));
    if (!went.ok) throw new Error('not released');
    expect(giveBack(went.window, 'c')).toMatchObject({ starts: [], investigated: ['a', 'b'] });
  });
  test('a rule that starts nothing at once has one place', () => {
    const none = { ...settings, maxImmediate: 0 };
    const went = release(emptyWindow, 'a', none, s(0));
    if (!went.ok) throw new Error('not released');
    expect(release(went.window, 'b', none, s(59))).toEqual({ ok: false, freeAtMs: s(60) });
  });
  test('a clock that is behind does not win a place', () => {
    const later = { ...emptyWindow, latestMs: s(120) };
    expect(release(later, 'a', settings, s(0))).toMatchObject({ window: { starts: [{ atMs: s(120) }] } });
  });
});

describe('what a hold waits for', () => {
  const storm = arrived(held, 0, 'e');
  const cases: [what: string, window: StormWindow, seconds: number, step: object][] = [
    ['more alerts, or the end of its window', held, 0, { kind: 'holding' }],
    ['15 s of calm', storm, 0, { kind: 'collecting', detectedMs: s(0), untilMs: s(15) }],
    ['15 s from the last alert', arrived(storm, 5, 'f'), 14, { kind: 'collecting', detectedMs: s(0), untilMs: s(20) }],
    ['no longer than 90 s', arrived(storm, 80, 'f'), 81, { kind: 'collecting', detectedMs: s(0), untilMs: s(90) }],
    ['nothing, once it is calm', storm, 15, { kind: 'due', detectedMs: s(0) }],
    ['nothing, once it is dispatched', markDispatched(storm, stormId, s(15)) ?? storm, 16, { kind: 'dispatched' }],
    ['nothing, once it has ended', endHoldOf(storm, stormId) ?? storm, 16, { kind: 'ended' }],
    ['nothing, where another one has begun', { ...storm, stormId: 'stm_other' }, 16, { kind: 'ended' }],
  ];
  test.each(cases)('%s', (_, window, seconds, step) => {
    expect(nextStep(window, stormId, s(seconds))).toEqual(step);
  });
});

test('what ends one hold does not end another', () => {
  expect(endHoldOf(held, 'stm_other')).toBeUndefined();
  expect(markDispatched(held, 'stm_other', s(1))).toBeUndefined();
});

test('marked twice, the first time stands', () => {
  const once = markDispatched(held, stormId, s(15)) ?? held;
  expect(markDispatched(once, stormId, s(99))?.dispatchedMs).toBe(s(15));
});

test('no sliding window has more starts than places, however arrivals and releases are mixed', () => {
  const steps = fc.array(
    fc.record({ after: fc.integer({ min: -3, max: 40 }), size: fc.integer({ min: 0, max: 8 }), releases: fc.nat(3) }),
    { maxLength: 40 },
  );
  const rules = fc.record({
    threshold: fc.integer({ min: 2, max: 50 }),
    windowMs: fc.constantFrom(10_000, 60_000),
    maxImmediate: fc.integer({ min: 0, max: 5 }),
    criticalBypasses: fc.constant(false),
  });
  fc.assert(
    fc.property(rules, steps, (all, mixed) => {
      let window: StormWindow = emptyWindow;
      let seconds = 0;
      let count = 0;
      const started = new Map<string, number>();
      for (const { after, size, releases } of mixed) {
        seconds += after;
        const arrivals = Array.from({ length: size }, () => ({ alertId: `alert ${count++}`, critical: false }));
        window = admit(window, arrivals, all, s(seconds), 'rul_1').window;
        for (let each = 0; each < releases; each++) {
          const went = release(window, `held ${count++}`, all, s(seconds));
          if (went.ok) window = went.window;
        }
        for (const { alertId, atMs } of window.starts) started.set(alertId, atMs);
        expect(window.starts.length).toBeLessThanOrEqual(Math.max(all.maxImmediate, 1));
        expect(window.investigated.length).toBeLessThanOrEqual(20);
      }
      const times = [...started.values()].sort((a, b) => a - b);
      const places = Math.max(all.maxImmediate, 1);
      const tooClose = times.filter(
        (atMs, index) => (times[index + places] ?? Number.POSITIVE_INFINITY) - atMs < all.windowMs,
      );
      expect(tooClose).toEqual([]);
    }),
  );
});
