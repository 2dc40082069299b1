import { describe, expect, test } from 'vitest';
import { sampleCatalogue, serviceEntry } from '../../../support/fakes/catalogues.ts';
import { at, iso, past, replayed } from './replayed.ts';

const none = { alerts: 0, released: 0, inStorms: 0, suppressed: 0 };
/** Alerts ten minutes apart meet no storm control. */
const TEN = 600;
/** Nor the other alert of the same title or incident. */
const quick = past({ tookMs: 60_000 });

describe('one alert after the other', () => {
  test('no alerts', async () => {
    expect(await replayed([])).toEqual({
      ...{
        alerts: 0,
        wouldStart: 0,
        wouldCall: 0,
        held: none,
        storms: { count: 0, sessions: 0, alerts: 0 },
        suppressed: {},
        byEntry: {},
      },
      estimatedCostUsd: null,
    });
  });

  test('each starts a session', async () => {
    expect(await replayed([at(0, 'a'), at(TEN, 'b'), at(2 * TEN, 'c')])).toMatchObject({
      ...{ alerts: 3, wouldStart: 3, held: none, suppressed: {} },
    });
  });

  test('those of a draft that asks the catalogue are counted by entry, or have no service', async () => {
    const services = ['checkout', 'search', 'checkout', 'cart'];
    const alerts = services.map((service, index) => ({ ...at(index * TEN, `a${index}`), service }));
    const catalogue = sampleCatalogue([serviceEntry('checkout'), serviceEntry('search')]);
    const result = await replayed(alerts, { config: { config: { catalogue: true, cooldownSeconds: 0 } }, catalogue });
    expect(result).toMatchObject({
      ...{ alerts: 4, wouldStart: 3, suppressed: { no_service: 1 } },
      byEntry: { checkout: 2, search: 1 },
    });
  });

  test('those that the rule is not for start nothing', async () => {
    const match = { field: 'title', glob: '*b' };
    const result = await replayed([at(0, 'a'), at(TEN, 'b'), at(2 * TEN, 'c')], { config: { config: { match } } });
    expect(result).toMatchObject({ wouldStart: 1, suppressed: { not_matched: 2 } });
  });

  test('the time of day is that of the alert', async () => {
    const match = { time: { from: '12:00', to: '12:05', timeZone: 'UTC' } };
    const result = await replayed([at(0, 'a'), at(TEN, 'b')], { config: { config: { match } } });
    expect(result).toMatchObject({ wouldStart: 1, suppressed: { not_matched: 1 } });
  });

  test('one that is over before the turn of a delayed rule starts nothing', async () => {
    const alerts = [at(0, 'a', { resolvedAt: iso(299) }), at(TEN, 'b', { resolvedAt: iso(TEN + 301) })];
    expect(await replayed(alerts, { rule: { delayMinutes: 5 } })).toMatchObject({
      ...{ wouldStart: 1, suppressed: { resolved: 1 } },
    });
    expect(await replayed(alerts)).toMatchObject({ wouldStart: 2, suppressed: {} });
  });

  test('a config that does not fit starts nothing', async () => {
    expect((await replayed([at(0, 'a')], { config: { integrationId: 'int_9' } })).suppressed).toEqual({
      invalid_rule: 1,
    });
    expect((await replayed([at(0, 'a')], { config: { pollInterval: 1 } })).suppressed).toEqual({ invalid_rule: 1 });
  });

  test('a webhook rule makes requests', async () => {
    const config = { endpoint: 'https://hooks.example.com/a', method: 'POST', payload: {} };
    const rule = { ruleType: 'webhook' as const, configJson: JSON.stringify(config) };
    const result = await replayed([at(0, 'a'), at(1, 'b')], { rule });
    expect(result).toMatchObject({ wouldStart: 0, wouldCall: 2, held: none, suppressed: {} });
  });
});

describe('what sessions have to say to it', () => {
  test('the same title is looked at by one session at a time', async () => {
    const title = 'Disk at 91 %';
    const alerts = [at(0, 'a', { title }), at(300, 'b', { title: 'disk at 92 %' }), at(1_200, 'c', { title })];
    expect(await replayed(alerts, { sessions: [past()] })).toMatchObject({
      ...{ wouldStart: 2, suppressed: { same_title_running: 1 } },
    });
    expect(await replayed(alerts, { sessions: [quick] })).toMatchObject({ wouldStart: 3, suppressed: {} });
  });

  test('an incident cools down after a success, by the time of the alert', async () => {
    const alerts = [at(0, 'a1'), at(TEN, 'a2'), at(5_000, 'a3')].map((alert) => ({ ...alert, fingerprint: 'v1:a' }));
    expect(await replayed(alerts, { sessions: [quick] })).toMatchObject({ wouldStart: 2, suppressed: { cooldown: 1 } });
    const config = { config: { cooldownSeconds: 0 } };
    expect(await replayed(alerts, { config, sessions: [quick] })).toMatchObject({ wouldStart: 3 });
  });

  test('after a session without a change it is quiet until its alert clears', async () => {
    const sessions = [past({ ...quick, outcome: 'no_changes' })];
    const incident = (resolvedAt?: string) => [
      at(0, 'a1', { fingerprint: 'v1:a', ...(resolvedAt && { resolvedAt }) }),
      at(TEN, 'a2', { fingerprint: 'v1:a' }),
    ];
    expect((await replayed(incident(), { sessions })).suppressed).toEqual({ cooldown: 1 });
    expect((await replayed(incident(iso(TEN - 1)), { sessions })).suppressed).toEqual({});
    // It cleared later: then it was open still.
    expect((await replayed(incident(iso(TEN + 1)), { sessions })).suppressed).toEqual({ cooldown: 1 });
  });

  test('a session that failed is no reason to wait', async () => {
    const sessions = [past({ ...quick, outcome: 'session_failed' })];
    const alerts = [at(0, 'a1', { fingerprint: 'v1:a' }), at(TEN, 'a2', { fingerprint: 'v1:a' })];
    expect(await replayed(alerts, { sessions })).toMatchObject({ wouldStart: 2 });
  });

  test('budgets of the rule are by day', async () => {
    const alerts = [0, 1, 2, 3].map((index) => at(index * 6 * 3_600, String(index)));
    // 12:00 and 18:00, then 00:00 and 06:00 of the next day.
    expect(await replayed(alerts, { config: { config: { maxSessionsPerDay: 1 } } })).toMatchObject({
      ...{ wouldStart: 2, suppressed: { budget: 2 } },
    });
    const sessions = [past({ ...quick, costUsd: 2 })];
    expect(await replayed(alerts, { config: { config: { maxCostUsdPerDay: 2 } }, sessions })).toMatchObject({
      ...{ wouldStart: 2, suppressed: { budget: 2 } },
    });
    expect((await replayed(alerts, { config: { config: { maxCostUsdPerDay: 2.5 } }, sessions })).wouldStart).toBe(4);
  });
});

test('costs are those of the past, times the sessions, and at most what one may cost', async () => {
  const sessions = [1, 2, 3, 4].map((costUsd) => past({ ...quick, costUsd }));
  const alerts = [at(0, 'a'), at(TEN, 'b')];
  expect((await replayed(alerts, { sessions })).estimatedCostUsd).toEqual({ low: 2, median: 4, high: 6 });
  const config = { config: { maxCostUsd: 1.5 } };
  expect((await replayed(alerts, { config, sessions })).estimatedCostUsd).toEqual({ low: 2, median: 3, high: 3 });
  expect((await replayed(alerts, { sessions: [past({ costUsd: null })] })).estimatedCostUsd).toBeNull();
});
