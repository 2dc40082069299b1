import { describe, expect, test } from 'vitest';
import { configWith, conflictOf, entryFor, inForce } from '../../../functions/domain/catalogue/apply-entry.ts';
import type { CatalogueEntry } from '../../../functions/domain/catalogue/catalogue.ts';
import { agentConfigSchema } from '../../../functions/domain/rule/rule.ts';
import { sampleAlert, sampleConfig } from '../../support/fakes/alert-samples.ts';
import { serviceEntry } from '../../support/fakes/catalogues.ts';

const at = new Date('2027-03-01T12:00:00.000Z');

describe('the entry that is for an alert', () => {
  const team: CatalogueEntry = { name: 'team', match: { field: 'labels.team', glob: 'pay*' } };
  const canary: CatalogueEntry = {
    name: 'canary',
    match: {
      all: [
        { field: 'service', equals: 'checkout' },
        { field: 'labels.env', equals: 'canary' },
      ],
    },
  };
  const night: CatalogueEntry = { name: 'night', match: { time: { from: '22:00', to: '06:00', timeZone: 'UTC' } } };
  const rest: CatalogueEntry = { name: 'rest' };
  const checkout = serviceEntry('checkout');
  const search = serviceEntry('search');
  const conditionOf = ({ match = {} }: CatalogueEntry) => match;
  const loud: CatalogueEntry = { name: 'loud', match: { field: 'service', equals: 'CHECKOUT', ignoreCase: true } };
  const cases: [
    what: string,
    entries: CatalogueEntry[],
    alert: Parameters<typeof sampleAlert>[0],
    name: string | undefined,
  ][] = [
    ['by its service', [serviceEntry('search'), checkout], { service: 'checkout' }, 'checkout'],
    ['by a label', [checkout, team], { labels: { team: 'payments' } }, 'team'],
    ['the first of two that fit', [canary, checkout], { service: 'checkout', labels: { env: 'canary' } }, 'canary'],
    [
      'the first, not the narrowest',
      [checkout, canary],
      { service: 'checkout', labels: { env: 'canary' } },
      'checkout',
    ],
    ['the second where the first is narrower', [canary, checkout], { service: 'checkout' }, 'checkout'],
    ['one without conditions, for what is left', [checkout, rest], { service: 'cart' }, 'rest'],
    ['none, in another case', [checkout], { service: 'Checkout' }, undefined],
    ['none without a service', [checkout], {}, undefined],
    [
      'of several services, each',
      [{ name: 'both', match: { any: [checkout, search].map(conditionOf) } }],
      { service: 'search' },
      'both',
    ],
    ['whatever the case, if it says so', [loud], { service: 'checkout' }, 'loud'],
    [
      'by anything beside the service',
      [{ name: 'team', match: { any: [conditionOf(checkout), { field: 'labels.team', exists: true }] } }],
      { labels: { team: 'a' } },
      'team',
    ],
    [
      'the first of one by its service and one by a label',
      [team, checkout],
      { service: 'checkout', labels: { team: 'pay' } },
      'team',
    ],
    [
      'none of several services that exclude each other',
      [{ name: 'never', match: { all: [checkout, search].map(conditionOf) } }],
      { service: 'checkout' },
      undefined,
    ],
    ['none at another hour', [night], { service: 'checkout' }, undefined],
  ];
  test.each(cases)('%s', (_, entries, alert, name) => {
    expect(entryFor(entries, sampleAlert(alert), at)?.name).toBe(name);
  });
});

describe('the config of a rule with an entry', () => {
  const verify = [{ name: 'unit', command: 'echo {{alert.title}} "$(x)"', minutes: 5 }];
  const config = agentConfigSchema.parse({
    ...sampleConfig,
    pollInterval: 5_000,
    openCodeModel: { providerID: 'a', modelID: 'b' },
    config: { directory: '/srv', permissions: 'fix', maxCostUsd: 9, cooldownSeconds: 60, maxSessionsPerDay: 100 },
  });

  test('has what the entry says, and the rest of the rule', () => {
    const entry = serviceEntry('checkout', { verify, permissions: 'investigate', maxCostUsd: 2, maxSessionsPerDay: 3 });
    expect(configWith(config, entry)).toEqual({
      ...config,
      config: { ...config.config, directory: '/srv/checkout', verify, permissions: 'investigate', maxCostUsd: 2 },
    });
  });

  test('of an entry that says nothing is that of the rule', () => {
    expect(configWith(config, { name: 'rest' })).toEqual(config);
  });

  test('is always a config that a rule may have', () => {
    const entry = serviceEntry('a', { endpoint: 'https://b.corp', integrationId: 'int_2', agent: 'plan', verify });
    expect(agentConfigSchema.safeParse(configWith(config, entry)).success).toBe(true);
    expect(configWith(config, entry)).toMatchObject({ endpoint: 'https://b.corp', integrationId: 'int_2' });
  });

  test('goes with a budget of the day of its own, and what a pull request needs', () => {
    const says = { folder: 'a/b', baseRef: 'main', repository: 'shop/cart', channel: '#cart', maxCostUsdPerDay: 5 };
    expect(inForce(4, serviceEntry('cart', says))).toEqual({
      applied: { version: 4, entry: 'cart', folder: 'a/b', baseRef: 'main', repository: 'shop/cart', channel: '#cart' },
      budget: { scope: 'entry:cart', maxSessions: undefined, maxCostUsd: 5 },
    });
  });

  test('a shared directory cannot be set to a ref', () => {
    const shared = { ...config, config: { workspace: 'shared' as const } };
    expect(conflictOf(shared, serviceEntry('cart', { baseRef: 'main' }))).toMatch(
      /entry "cart" .* "workspace": "shared"/,
    );
    expect(conflictOf(config, serviceEntry('cart', { baseRef: 'main' }))).toBeUndefined();
    expect(conflictOf(shared, serviceEntry('cart'))).toBeUndefined();
  });
});
