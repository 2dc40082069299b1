import { describe, expect, test } from 'vitest';
import type { AlertOccurrence } from '../../functions/contract/alert.ts';
import { decideDeferred } from '../../functions/decisions/decide-deferred.ts';
import { relayRulesReader } from '../../functions/decisions/relay-rules.ts';
import type { CatalogueEntry } from '../../functions/domain/catalogue/catalogue.ts';
import type { Rule } from '../../functions/domain/rule/rule.ts';
import { routeAlerts } from '../../functions/intake/route-alert/route-alert.ts';
import {
  alertId,
  relayId,
  sampleDelivery,
  sampleIntegration,
  sampleOccurrence,
  sampleRule,
} from '../support/fakes/alert-samples.ts';
import { sampleCatalogue, serviceEntry } from '../support/fakes/catalogues.ts';
import { RoutingWorld } from '../support/fakes/world.ts';

const verify = [{ name: 'unit', command: 'test "{{alert.title}}"', minutes: 5 }];
const checkout = serviceEntry('checkout', {
  verify,
  permissions: 'investigate',
  openCodeModel: { providerID: 'anthropic', modelID: 'claude' },
  folder: 'services/checkout',
  repository: 'shop/monorepo',
  channel: '#checkout',
  maxCostUsd: 2,
  maxSessionsPerDay: 1,
});
const elsewhere = serviceEntry('search', { integrationId: 'int_2', endpoint: 'https://search.corp:4096/opencode/' });
const asking = (config: object = {}, rule: Partial<Rule> = {}) =>
  sampleRule(rule, { config: { catalogue: true, directory: '/srv/default', cooldownSeconds: 0, ...config } });

function worldOf(entries: CatalogueEntry[] | undefined, rules: Rule[] = [asking()]) {
  const integrations = [
    sampleIntegration,
    { ...sampleIntegration, id: 'int_2', metadata: { maxConcurrentSessions: 3 } },
  ];
  const world = new RoutingWorld(rules, { integrations });
  if (entries) world.rows.catalogue.push(sampleCatalogue(entries));
  return world;
}
const numbered = (most: number) =>
  Object.fromEntries(Array.from({ length: most }, (_, index) => [`l${index}`, String(index)]));
let count = 0;
const fire = (world: RoutingWorld, occurrence: Partial<AlertOccurrence>, deliveryId = `dlv_${count++}`) =>
  routeAlerts(world.deps(), [
    sampleDelivery({ deliveryId, items: [{ alertId, occurrence: sampleOccurrence(occurrence) }] }),
  ]);
const inputs = (world: RoutingWorld) => [...world.executions.values()];
const sentenceOf = (world: RoutingWorld, reason: string) =>
  [...world.decisions.values()].find((decision) => decision.reason === reason)?.sentence;

describe('a rule that asks the catalogue', () => {
  test('starts where the entry of the service says, and pins version, entry and what came of them', async () => {
    const world = worldOf([elsewhere, checkout]);
    expect(await fire(world, { service: 'checkout' })).toEqual([undefined]);
    const [input] = inputs(world);
    expect(input).toMatchObject({
      catalogue: {
        ...{ version: 1, entry: 'checkout', folder: 'services/checkout' },
        ...{ repository: 'shop/monorepo', channel: '#checkout' },
      },
      session: {
        ...{ integrationId: 'int_1', endpoint: 'https://opencode.internal.corp:4096', directory: '/srv/checkout' },
        ...{ model: { providerID: 'anthropic', modelID: 'claude' }, permissions: { profile: 'investigate' } },
      },
      verify: { checks: verify },
      limits: { costUsd: 2 },
      budgets: { scopes: ['entry:checkout'] },
    });
    expect(input?.why.sentence).toContain('Entry "checkout" of the catalogue, version 1, says where.');
    const [job] = world.jobs.values();
    expect(job?.prompt).toMatch(
      /\n\nThe service lies in the folder services\/checkout of the repository: begin there\.$/,
    );
  });

  test('goes to the server, and counts for the integration, that the entry names', async () => {
    const world = worldOf([checkout, elsewhere]);
    await fire(world, { service: 'search' });
    expect(inputs(world)[0]).toMatchObject({
      session: { integrationId: 'int_2', endpoint: 'https://search.corp:4096/opencode', directory: '/srv/search' },
      maxConcurrent: 3,
      catalogue: { version: 1, entry: 'search' },
    });
    expect(inputs(world)[0]).not.toHaveProperty('budgets');
  });

  test('starts nothing without an entry, says by what the alert could be known, and leaves it to the next rule', async () => {
    const next = sampleRule({ id: 'rul_2', group: 'default', order: 1 });
    const world = worldOf([checkout, elsewhere], [asking(), next]);
    await fire(world, { service: 'cart', labels: { team: 'shop', env: 'live' } });
    expect(world.ledger()).toEqual(['rul_1 no_service 1', 'rul_2 started 1']);
    expect(world.metrics[0]).toMatchObject({ no_service: 1, started: 1 });
    expect(sentenceOf(world, 'no_service')).toBe(
      'Rule "Fix checkout" asks the catalogue, and none of the 2 entries of version 1 is for the alert: it has the service ' +
        '"cart" and the labels team="shop", env="live". Add an entry whose match fits these.',
    );
    expect(inputs(world)[0]).not.toHaveProperty('catalogue');
  });

  test('says nothing of an alert that the rule takes out of its texts', async () => {
    const world = worldOf([checkout], [asking({ redact: ['acme-\\w+'] })]);
    await fire(world, { service: 'acme-bank', labels: { customer: 'acme-bank' } });
    expect(sentenceOf(world, 'no_service')).toContain('the service "[redacted]" and the labels customer="[redacted]"');
  });

  test('shows of long and secret marks no more than a title would', async () => {
    const world = worldOf([checkout]);
    const labels = { url: 'https://bob:hunter2-secret@db.corp/x', note: `a\nb ${'x'.repeat(100)}`, ...numbered(10) };
    await fire(world, { service: ' ', labels });
    const sentence = sentenceOf(world, 'no_service') ?? '';
    expect(sentence).not.toContain('hunter2-secret');
    expect(sentence).toContain('it has no service and the labels url=');
    expect(sentence).toMatch(/note="a b x{55}…", l0="0", .* and 4 more\. Add/);
  });

  test('starts nothing where none is stored', async () => {
    const world = worldOf(undefined);
    await fire(world, { service: 'checkout' });
    expect(world.ledger()).toEqual(['rul_1 no_service 1']);
    expect(sentenceOf(world, 'no_service')).toMatch(/none is stored/);
  });

  test.each([
    [
      'names an integration that is gone',
      [{ ...elsewhere, integrationId: 'int_9' }],
      {},
      /int_9 is not there, which entry "search"/,
    ],
    [
      'has a baseRef and the rule a shared directory',
      [{ ...elsewhere, baseRef: 'main' }],
      { workspace: 'shared' },
      /baseRef/,
    ],
    ['does not fit any more', [{ ...elsewhere, directory: 'srv' }], {}, /catalogue version 1: entries\.0\.directory/],
  ])('is invalid where the entry %s', async (_, entries, config, sentence) => {
    const world = worldOf(entries, [asking(config)]);
    await fire(world, { service: 'search' });
    expect(world.ledger()).toEqual(['rul_1 invalid_rule 1']);
    expect(sentenceOf(world, 'invalid_rule')).toMatch(sentence);
  });

  test('holds the budget of the day of a service apart from that of its rule', async () => {
    const world = worldOf([checkout, elsewhere], [asking({ maxSessionsPerDay: 10 })]);
    const firing = (service: string, title: string) => {
      const fingerprint = `v1:${title}`;
      const occurrence = sampleOccurrence({ service, title, fingerprint });
      return routeAlerts(world.deps(), [
        sampleDelivery({ deliveryId: title, items: [{ alertId: `alr_${title}`, occurrence }] }),
      ]);
    };
    await firing('checkout', 'Totals are wrong');
    await firing('checkout', 'Vouchers are lost');
    await firing('search', 'Nothing is found');
    expect(world.ledger()).toEqual(['rul_1 budget 1', 'rul_1 started 1', 'rul_1 started 1']);
    expect(sentenceOf(world, 'budget')).toBe(
      'The sessions of the day are used up for the entry checkout of the catalogue: 1 of 1 (maxSessionsPerDay in that entry).',
    );
  });

  test.each([
    [
      'starts',
      checkout,
      { kind: 'started', job: { input: { catalogue: { version: 2, entry: 'checkout' } } } },
      'started',
    ],
    ['has no service', elsewhere, { kind: 'nothing', reason: 'no_service', leavesToNextRule: true }, 'no_service'],
  ])('%s at its turn by the catalogue as it is then', async (_, entry, decided, reason) => {
    const world = worldOf([checkout], [asking({}, { delayMinutes: 5 })]);
    await fire(world, { service: 'checkout' });
    expect(world.ledger()).toEqual(['rul_1 scheduled 1']);
    world.rows.catalogue.push(sampleCatalogue([entry], 2));
    const turn = { alertId, ruleId: 'rul_1', from: 'scheduled', startsExecution: true } as const;
    expect(await decideDeferred(world.deps(), turn)).toMatchObject(decided);
    expect(world.ledger()).toEqual([`rul_1 ${reason} 1`]);
  });

  test('is asked again by a repeat once the catalogue has an entry for it, and starts once', async () => {
    const world = worldOf([elsewhere]);
    await fire(world, { service: 'checkout' });
    await fire(world, { service: 'checkout' });
    world.rows.catalogue.push({ ...sampleCatalogue([checkout], 2), createdAt: '2027-03-01T12:10:00.000Z' });
    expect(world.ledger()).toEqual(['rul_1 duplicate_alert 1', 'rul_1 no_service 1']);
    await fire(world, { service: 'checkout' });
    await fire(world, { service: 'checkout' });
    expect(world.ledger()).toEqual(['rul_1 duplicate_alert 2', 'rul_1 no_service 1', 'rul_1 started 1']);
    expect(inputs(world)).toMatchObject([{ catalogue: { version: 2, entry: 'checkout' } }]);
  });

  test('that had a service before is not asked again because the catalogue has changed', async () => {
    const world = worldOf(
      [checkout],
      [asking({ match: { field: 'labels.env', equals: 'live' } }), asking({}, { id: 'rul_2' })],
    );
    await fire(world, { service: 'checkout' });
    world.rows.catalogue.push({ ...sampleCatalogue([checkout, elsewhere], 2), createdAt: '2027-03-01T12:10:00.000Z' });
    await fire(world, { service: 'checkout' });
    const again = ['rul_1 duplicate_alert 1', 'rul_1 not_matched 1', 'rul_2 duplicate_alert 1', 'rul_2 started 1'];
    expect(world.ledger()).toEqual(again);
  });

  test('is asked again once the alert says of which service it is', async () => {
    const world = worldOf([checkout]);
    await fire(world, {});
    expect(world.ledger()).toEqual(['rul_1 no_service 1']);
    await fire(world, { service: 'checkout' });
    expect(world.ledger()).toEqual(['rul_1 no_service 1', 'rul_1 started 1']);
  });
});

test('the catalogue is read once for all entries of a batch, and not at all where no rule asks', async () => {
  const reads = async (rules: Rule[]) => {
    const { catalogue, ...deps } = worldOf([checkout, elsewhere], rules).deps();
    let count = 0;
    const current = () => {
      count += 1;
      return catalogue.current();
    };
    const rulesOf = relayRulesReader({ ...deps, catalogue: { current } });
    await Promise.all([rulesOf(relayId), rulesOf(relayId)]);
    return count;
  };
  expect(await reads([sampleRule(), asking({}, { id: 'rul_2', enabled: false })])).toBe(0);
  expect(await reads([asking(), asking({}, { id: 'rul_2' })])).toBe(1);
});
