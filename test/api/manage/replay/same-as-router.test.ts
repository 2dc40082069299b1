import { describe, expect, test } from 'vitest';
import { newMemoryWorld } from '../../../../functions/adapters/memory/stores.ts';
import { playRule } from '../../../../functions/api/manage/replay/play.ts';
import { sampleIntegration, sampleRelay, sampleRule } from '../../../support/fakes/alert-samples.ts';
import { alertNamed, playStorm, type StormPlay } from '../../../support/storm-run.ts';

const named = (...names: string[]) => names.map((name) => alertNamed(name));
const many = (count: number, prefix = 'n') =>
  named(...Array.from({ length: count }, (_, index) => `${prefix}${index}x`));

const plays: [what: string, play: StormPlay][] = [
  ['one alert', { meanwhile: [{ at: 0, alerts: named('a') }] }],
  ['four at once', { meanwhile: [{ at: 0, alerts: named('a', 'b', 'c', 'd') }] }],
  [
    'four within a minute',
    { meanwhile: ['a', 'b', 'c', 'd'].map((name, index) => ({ at: index * 15, alerts: named(name) })) },
  ],
  [
    'one session per window',
    { config: { maxImmediateDispatches: 0, stormWindowSeconds: 30 }, meanwhile: [{ at: 0, alerts: named('a', 'b') }] },
  ],
  [
    'one that is over while it is held',
    {
      meanwhile: [
        { at: 0, alerts: named('a', 'b', 'c', 'd') },
        { at: 30, alerts: [{ ...alertNamed('c'), status: 'resolved' }] },
      ],
    },
  ],
  ['a storm', { meanwhile: [{ at: 0, alerts: many(200) }] }],
  [
    'a storm that goes on after its session, and another one after it',
    {
      meanwhile: [
        { at: 0, alerts: many(20) },
        { at: 50, alerts: many(20, 'm') },
        { at: 400, alerts: many(20, 'p') },
      ],
    },
  ],
  [
    'a storm that most have left before its triage',
    {
      meanwhile: [
        { at: 0, alerts: named('a', 'b', 'c', 'd', 'e', 'f') },
        { at: 5, alerts: named('c', 'd', 'e').map((alert) => ({ ...alert, status: 'resolved' as const })) },
      ],
    },
  ],
  [
    'conditions',
    { config: { config: { match: { field: 'title', glob: '*b' } } }, meanwhile: [{ at: 0, alerts: named('a', 'b') }] },
  ],
  ['a budget', { config: { config: { maxSessionsPerDay: 1 } }, meanwhile: [{ at: 0, alerts: many(20) }] }],
];

describe('a replay comes to what the router and its storms came to', () => {
  test.each(plays)('%s', async (_, play) => {
    const { world, starts } = await playStorm(play);
    const alerts = [...world.alerts.values()].sort((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
    const rule = sampleRule({}, play.config);
    const result = await playRule(newMemoryWorld, {
      rule,
      relay: sampleRelay,
      integrations: new Map([['int_1', sampleIntegration]]),
      catalogue: undefined,
      alerts,
      sessions: [],
    });

    const { wouldStart, suppressed, storms, held } = result;
    const news = (play.meanwhile ?? []).flatMap(({ alerts: given = [] }) => given).filter(({ status }) => status);
    const {
      started = 0,
      storm_released = 0,
      storm_triaged = 0,
      ...others
    } = world.stores.ledgerDay('rly_1', '2027-03-01').reasons;
    // The account has the entries that closed an alert, too.
    const closed = (others.resolved ?? 0) - news.length;
    const { resolved: __, ...reasons } = others;
    expect(wouldStart).toBe(starts.length);
    expect(wouldStart - storms.sessions).toBe(started + storm_released);
    expect(held.released).toBe(storm_released);
    expect(storms.alerts).toBe(storm_triaged);
    expect(suppressed).toEqual({ ...reasons, ...(closed > 0 && { resolved: closed }) });
  });
});
