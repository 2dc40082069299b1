import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { severities } from '../../../../functions/contract/alert.ts';
import type { Alert } from '../../../../functions/domain/alert/alert.ts';
import { runs } from '../../../support/property-runs.ts';
import { at, iso, past, replayed } from './replayed.ts';

const many = (count: number, everySeconds: number, changes: Partial<Alert> = {}): Alert[] =>
  Array.from({ length: count }, (_, index) =>
    at(index * everySeconds, `n${'abcdefghij'.at(index % 10)}x${index}`, changes),
  );

describe('storms', () => {
  test('below the threshold what is held goes one by one', async () => {
    expect(await replayed(many(4, 1))).toMatchObject({
      wouldStart: 4,
      held: { alerts: 2, released: 2, inStorms: 0, suppressed: 0 },
      storms: { count: 0, sessions: 0, alerts: 0 },
      suppressed: {},
    });
  });

  test('what is over by then is let go to nothing', async () => {
    const alerts = many(4, 1, { resolvedAt: iso(30) });
    expect(await replayed(alerts)).toMatchObject({
      wouldStart: 2,
      held: { alerts: 2, released: 0, inStorms: 0, suppressed: 2 },
      suppressed: { resolved: 2 },
    });
  });

  test('1,000 alerts in a minute are two sessions and that of the storm', async () => {
    expect(await replayed(many(1_000, 0.06))).toMatchObject({
      alerts: 1_000,
      wouldStart: 3,
      held: { released: 0, suppressed: 0 },
      storms: { count: 1, sessions: 1, alerts: 998 },
      suppressed: {},
    });
  });

  test('alerts after its session join it until it is quiet, then a new one may begin', async () => {
    const again = (from: number) => many(6, 1).map((_, index) => at(from + index, `later${'abcdef'.at(index)}`));
    // The first is detected after 4 s and triaged 15 s after its last alert.
    expect(await replayed([...many(6, 1), ...again(40)])).toMatchObject({
      wouldStart: 3,
      storms: { count: 1, alerts: 10 },
    });
    expect(await replayed([...many(6, 1), ...again(200)])).toMatchObject({
      wouldStart: 6,
      storms: { count: 2, alerts: 8 },
    });
  });

  test('a storm that is over before its triage has no session', async () => {
    const alerts = many(10, 1, { resolvedAt: iso(20) });
    expect(await replayed(alerts)).toMatchObject({ wouldStart: 2, storms: { count: 0 }, suppressed: { resolved: 8 } });
  });

  test('a storm of one title is under investigation already', async () => {
    expect(await replayed(many(10, 1, { title: 'Disk is full' }), { sessions: [past()] })).toMatchObject({
      wouldStart: 1,
      storms: { count: 1, sessions: 0, alerts: 6 },
      suppressed: { same_title_running: 3 },
    });
  });

  test('but one of two titles is not, even if sessions work on both', async () => {
    const alerts = many(10, 1).map((alert, index) => ({
      ...alert,
      title: index % 2 === 0 ? 'Disk full' : 'Queue long',
    }));
    expect(await replayed(alerts, { sessions: [past()] })).toMatchObject({
      ...{ wouldStart: 3, storms: { count: 1, sessions: 1, alerts: 8 }, suppressed: {} },
    });
  });

  test('its session counts for the incident that it began with', async () => {
    // The third is held first, and goes to the session of the storm.
    const [, , third] = many(3, 1);
    if (!third) throw new Error('There is no third alert');
    const later = at(1_000, 'later', { fingerprint: third.fingerprint });
    expect(await replayed([...many(6, 1), later], { sessions: [past({ tookMs: 60_000 })] })).toMatchObject({
      ...{ wouldStart: 3, suppressed: { cooldown: 1 } },
    });
    expect(await replayed([...many(6, 1), at(1_000, 'later')], { sessions: [past({ tookMs: 60_000 })] })).toMatchObject(
      {
        ...{ wouldStart: 4, suppressed: {} },
      },
    );
  });

  test('a storm without a budget has no session', async () => {
    const config = { config: { maxSessionsPerDay: 2 } };
    expect(await replayed(many(10, 1), { config })).toMatchObject({
      ...{ wouldStart: 2, storms: { count: 0 }, held: { suppressed: 8 }, suppressed: { budget: 8 } },
    });
  });

  test('critical ones go by it by option', async () => {
    const config = { config: { criticalBypassesStorm: true } };
    expect(await replayed(many(10, 1, { severity: 'critical' }), { config })).toMatchObject({ wouldStart: 10 });
  });
});

test('every alert is told once', async () => {
  const alert = fc.record({
    seconds: fc.integer({ min: 0, max: 900 }),
    severity: fc.constantFrom(...severities),
    title: fc.constantFrom('Disk full', 'Queue long', 'No answer'),
    incident: fc.constantFrom('a', 'b', 'c', 'd'),
    endsAfter: fc.option(fc.integer({ min: 0, max: 300 }), { nil: undefined }),
  });
  const config = fc.record({
    stormThreshold: fc.integer({ min: 2, max: 8 }),
    stormWindowSeconds: fc.integer({ min: 10, max: 120 }),
    maxImmediateDispatches: fc.integer({ min: 0, max: 3 }),
  });
  const outcome = fc.constantFrom('diff_ready' as const, 'no_changes' as const, 'session_failed' as const);
  await fc.assert(
    fc.asyncProperty(fc.array(alert, { maxLength: 60 }), config, outcome, async (given, settings, ended) => {
      const alerts = given
        .sort((a, b) => a.seconds - b.seconds)
        .map(({ seconds, severity, title, incident, endsAfter }, index) =>
          at(seconds, String(index), {
            ...{ severity, title, fingerprint: `v1:${incident}` },
            ...(endsAfter !== undefined && { resolvedAt: iso(seconds + endsAfter) }),
          }),
        );
      const result = await replayed(alerts, { config: settings, sessions: [past({ outcome: ended, tookMs: 60_000 })] });
      const { held, storms, suppressed, wouldStart } = result;
      const quiet = Object.values(suppressed).reduce((sum, each) => sum + each, 0);
      expect(wouldStart - storms.sessions + storms.alerts + quiet).toBe(alerts.length);
      expect(held.released + held.inStorms + held.suppressed).toBe(held.alerts);
    }),
    { numRuns: runs(5) },
  );
});
