import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { markDispatched } from '../../../functions/domain/storm/storm-course.ts';
import {
  admit,
  emptyWindow,
  endHold,
  type StormSettings,
  type StormWindow,
} from '../../../functions/domain/storm/storm-window.ts';

const settings: StormSettings = { threshold: 5, windowMs: 60_000, maxImmediate: 2, criticalBypasses: false };
const T0 = Date.parse('2027-03-01T12:00:00Z');

/** One rule, alert by alert or batch by batch. */
function rule(overrides: Partial<StormSettings> = {}, from: StormWindow = emptyWindow) {
  const all = { ...settings, ...overrides };
  let window = from;
  return {
    /** Kinds of the admissions of a batch, at so many seconds. */
    at(seconds: number, ...alerts: string[]): string[] {
      const arrivals = alerts.map((alertId) => ({ alertId, critical: alertId.startsWith('critical') }));
      const admitted = admit(window, arrivals, all, T0 + seconds * 1_000, 'rul_1');
      window = admitted.window;
      return alerts.map((alertId) => admitted.admissions.get(alertId)?.kind ?? 'none');
    },
    change: (change: (window: StormWindow) => StormWindow | undefined) => {
      window = change(window) ?? window;
    },
    window: () => window,
  };
}

describe('below the threshold', () => {
  test('so many start at once, the others are held', () => {
    const { at, window } = rule();
    expect(at(0, 'a', 'b', 'c', 'd')).toEqual(['start', 'start', 'hold', 'hold']);
    expect(window()).toMatchObject({ heldMs: T0, detectedMs: null, investigated: ['a', 'b'] });
  });
  test('nothing passes what is held, also where a place is free', () => {
    const { at } = rule({ windowMs: 10_000 });
    expect(at(0, 'a', 'b', 'c')).toEqual(['start', 'start', 'hold']);
    expect(at(30, 'd')).toEqual(['hold']);
  });
  test('the window slides', () => {
    const { at } = rule({ maxImmediate: 1 });
    expect(at(0, 'a')).toEqual(['start']);
    expect(at(60, 'b')).toEqual(['start']);
    expect(at(119.999, 'c')).toEqual(['hold']);
  });
  test('a rule may start nothing at once', () => expect(rule({ maxImmediate: 0 }).at(0, 'a')).toEqual(['hold']));
  test('what was held for a hold that has ended is decided anew, and not counted anew', () => {
    const { at, change, window } = rule({ maxImmediate: 1 });
    at(0, 'a', 'b');
    change(endHold);
    expect(at(61, 'b')).toEqual(['start']);
    expect(window().arrivals.filter(({ alertId }) => alertId === 'b')).toHaveLength(1);
  });
});

describe('from the threshold on', () => {
  test('a storm is there with the very alert that reaches it', () => {
    const { at, window } = rule();
    at(0, 'a', 'b', 'c', 'd');
    expect(window().detectedMs).toBeNull();
    expect(at(59, 'e')).toEqual(['hold']);
    expect(window().detectedMs).toBe(T0 + 59_000);
  });
  test('the last alert is held, also where a place is free', () =>
    expect(rule({ threshold: 2 }).at(0, 'a', 'b')).toEqual(['start', 'hold']));
  test('alerts of older windows do not count', () => {
    const { at, window } = rule({ threshold: 3, maxImmediate: 0 });
    at(0, 'a');
    at(59, 'b');
    at(60, 'c');
    expect(window().detectedMs).toBeNull();
  });
  test('after dispatch alerts join, until the window was quiet once', () => {
    const { at, change, window } = rule();
    at(0, 'a', 'b', 'c', 'd', 'e');
    const { stormId } = window();
    change((each) => markDispatched(each, stormId ?? '', T0 + 15_000));
    expect(at(74, 'f')).toEqual(['triaged']);
    expect(at(133, 'g')).toEqual(['triaged']);
    expect(at(193, 'h')).toEqual(['start']);
    expect(window()).toMatchObject({ stormId: null, dispatchedMs: null });
  });
  test('a storm takes up what comes for an hour at most, however steadily it comes', () => {
    const { at, change, window } = rule();
    at(0, 'a', 'b', 'c', 'd', 'e');
    const stormId = window().stormId ?? '';
    change((each) => markDispatched(each, stormId, T0 + 15_000));
    for (let second = 50; second < 3_615; second += 50) expect(at(second, `x${second}`)).toEqual(['triaged']);
    expect(at(3_616, 'y')).toEqual(['start']);
  });
  test('an alert whose job is made takes a place like any other; where it is held, triage is told', () => {
    const { window, at } = rule();
    at(0, 'a', 'b', 'c');
    const made = (alertId: string, from: StormWindow) =>
      admit(from, [{ alertId, critical: false, isMade: true }], settings, T0 + 90_000, 'rul_1');
    expect(made('z', emptyWindow).admissions.get('z')).toEqual({ kind: 'start' });
    const late = made('z', window());
    expect(late.admissions.get('z')).toMatchObject({ kind: 'hold' });
    expect(late.window.investigated).toContain('z');
  });
  test('a hold that its execution has left does not hold for ever', () => {
    const { at } = rule();
    at(0, 'a', 'b', 'c');
    expect(at(11 * 3_600, 'd')).toEqual(['hold']);
    expect(at(12 * 3_600, 'e')).toEqual(['start']);
  });
});

describe('critical alerts', () => {
  test('are held like others', () => expect(rule({ maxImmediate: 0 }).at(0, 'critical')).toEqual(['hold']));
  test('bypass by option, count as arrivals and take no place', () => {
    const { at, window } = rule({ criticalBypasses: true, threshold: 4 });
    expect(at(0, 'critical 1', 'a', 'b', 'critical 2', 'c')).toEqual(['start', 'start', 'start', 'start', 'hold']);
    expect(window()).toMatchObject({ detectedMs: T0, investigated: ['critical 1', 'critical 2', 'a', 'b'] });
    expect(at(1, 'critical 3')).toEqual(['start']);
    expect(window().investigated).toContain('critical 3');
  });
});

test('a router whose clock is behind does not take the window back', () => {
  const { at, window } = rule();
  at(0, 'a', 'b');
  expect(at(-120, 'c')).toEqual(['hold']);
  expect(window().latestMs).toBe(T0);
});

describe('however batches are cut, repeated and mixed', () => {
  const storms = fc.record({
    threshold: fc.integer({ min: 2, max: 50 }),
    windowMs: fc.integer({ min: 10, max: 300 }).map((seconds) => seconds * 1_000),
    maxImmediate: fc.integer({ min: 0, max: 5 }),
    criticalBypasses: fc.constant(false),
  });
  const batches = fc.array(
    fc.record({ after: fc.integer({ min: -5, max: 90 }), size: fc.integer({ min: 0, max: 60 }), again: fc.boolean() }),
    { maxLength: 30 },
  );

  test('no sliding window has more starts, every alert has one answer, and the window stays small', () => {
    fc.assert(
      fc.property(storms, batches, (all, cuts) => {
        const { at, window } = rule(all);
        const starts: number[] = [];
        let seconds = 0;
        let count = 0;
        for (const { after, size, again } of cuts) {
          seconds += after;
          const alerts = Array.from({ length: size }, () => `alert ${count++}`);
          const kinds = at(seconds, ...alerts);
          if (again) {
            const once = window();
            const repeated = at(seconds, ...alerts.slice(-all.threshold));
            expect(repeated).toEqual(kinds.slice(-all.threshold));
            expect(window()).toEqual(once);
          }
          expect(kinds).not.toContain('none');
          starts.push(...kinds.filter((kind) => kind === 'start').map(() => window().latestMs));
          // In order: nothing starts after something of the same batch was held.
          expect(kinds.lastIndexOf('start')).toBeLessThan(kinds.includes('hold') ? kinds.indexOf('hold') : size + 1);
          expect(window().arrivals.length).toBeLessThanOrEqual(all.threshold);
          expect(window().starts.length).toBeLessThanOrEqual(all.maxImmediate);
        }
        const tooClose = starts.filter((atMs, index) => {
          const later = starts[index + all.maxImmediate];
          return later !== undefined && later - atMs < all.windowMs;
        });
        expect(tooClose).toEqual([]);
      }),
    );
  });
});

describe('a repeat of an alert that is held', () => {
  test('does not end its storm, however long that has been quiet', () => {
    const { at, change, window } = rule({ maxImmediate: 0 });
    expect(at(0, 'a', 'b', 'c', 'd', 'e')).toEqual(['hold', 'hold', 'hold', 'hold', 'hold']);
    const { stormId } = window();
    change((each) => markDispatched(each, stormId ?? '', T0 + 30_000));
    expect(at(95, 'e')).toEqual(['triaged']);
    expect(window()).toMatchObject({ stormId, dispatchedMs: T0 + 30_000 });
    // What is new ends it, for the window was quiet once.
    expect(at(95, 'f')).toEqual(['hold']);
    expect(window().stormId).not.toBe(stormId);
  });

  test('does not end a hold that its execution has left either', () => {
    const { at, window } = rule({ maxImmediate: 0 });
    at(0, 'a');
    const { stormId } = window();
    expect(at(10 * 86_400, 'a')).toEqual(['hold']);
    expect(window().stormId).toBe(stormId);
  });
});
