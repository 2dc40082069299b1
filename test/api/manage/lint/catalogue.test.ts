import { describe, expect, test } from 'vitest';
import { issuesOfStored, type Stored } from '../../../../functions/api/manage/lint/stored.ts';
import type { CatalogueEntry } from '../../../../functions/domain/catalogue/catalogue.ts';
import { sampleRelay, sampleRule } from '../../../support/fakes/alert-samples.ts';
import { sampleCatalogue, serviceEntry } from '../../../support/fakes/catalogues.ts';
import { sampleWebhook } from '../../../support/fakes/intake.ts';
import { httpsOnly } from '../../../support/fakes/looks.ts';

const ours = 'https://opencode.internal.corp:4096';
const bound = { binding: { origins: [ours], from: 'owner' as const } };
const asking = sampleRule({}, { config: { catalogue: true } });
const elsewhere = (name: string, endpoint: string, integrationId = 'int_1') =>
  serviceEntry(name, { endpoint, integrationId });

const found = (changes: Partial<Stored>) =>
  issuesOfStored({
    relay: sampleRelay,
    webhooks: [sampleWebhook({ auth: { scheme: 'bearer', versions: [{ id: 'v1', secrets: 1 }] } })],
    rules: [asking],
    integrations: new Map([['int_1', bound]]),
    endpoints: httpsOnly,
    ...changes,
  }).map(({ code, message }) => `${code} ${message}`);

describe('a rule that asks the catalogue', () => {
  test('is well with entries that are', () => {
    expect(found({ catalogue: sampleCatalogue([serviceEntry('a'), elsewhere('b', ours)]) })).toEqual([]);
  });

  test('needs one', () => {
    expect(found({})).toEqual([expect.stringMatching(/^rule\.no_catalogue .*none is stored.*no_service/)]);
    expect(found({ rules: [sampleRule()] })).toEqual([]);
    expect(found({ rules: [sampleRule({ ...asking, enabled: false })] })).toEqual([
      expect.stringMatching(/^relay\.all_rules_disabled/),
    ]);
  });

  test('needs one that fits', () => {
    const catalogue = sampleCatalogue([{ ...serviceEntry('a'), directory: 'srv' }], 4);
    expect(found({ catalogue })).toEqual([
      expect.stringMatching(/^rule\.invalid_catalogue .*version 4: entries\.0\.directory/),
    ]);
  });

  test('is told of entries that no alert comes to', () => {
    const catalogue = sampleCatalogue([{ name: 'all' }, serviceEntry('a')]);
    expect(found({ catalogue })).toEqual([
      expect.stringMatching(/^catalogue\.unreachable_entry .*"a".*"all" stands before/),
    ]);
  });

  test('is told once of what several entries have in common, by their names', () => {
    const far = 'https://far.corp';
    const catalogue = sampleCatalogue([
      elsewhere('a', far),
      elsewhere('b', far),
      elsewhere('c', ours, 'int_9'),
      elsewhere('d', 'http://d.corp'),
    ]);
    const issues = found({ catalogue });
    expect(issues).toEqual([
      expect.stringMatching(
        /^rule\.endpoint_refused Rule "Fix checkout", entry "a", "b" of the catalogue: .*not to https:\/\/far/,
      ),
      expect.stringMatching(/^rule\.unknown_integration .*entry "c".*int_9/),
      expect.stringMatching(/^rule\.endpoint_refused .*entry "d"/),
      expect.stringMatching(/^rule\.endpoint_not_allowed .*entry "d"/),
    ]);
  });

  test('is told where the two cannot go together, and of checks that take too long', () => {
    const shared = sampleRule({}, { config: { catalogue: true, workspace: 'shared' } });
    const verify = [{ name: 'slow', command: 'make', minutes: 30 }];
    const catalogue = sampleCatalogue([
      serviceEntry('a', { baseRef: 'main' }),
      serviceEntry('b', { verify, verifyRetries: 2 }),
    ]);
    expect(found({ rules: [shared], catalogue, timeoutSeconds: 100_000 })).toEqual([
      expect.stringMatching(/^rule\.invalid_catalogue .*entry "a".*baseRef/),
      expect.stringMatching(/^rule\.checks_in_shared_directory .*entry "b"/),
      expect.stringMatching(/^rule\.poll_budget .*entry "b"/),
    ]);
  });

  test('is told of what its entries do not mend, and by which of them', () => {
    const required = sampleRule({}, { config: { catalogue: true, verifyRequired: true } });
    const checked = serviceEntry('a', { verify: [{ name: 'unit', command: 'make', minutes: 1 }] });
    const of = (...entries: CatalogueEntry[]) => found({ rules: [required], catalogue: sampleCatalogue(entries) });
    expect(of(checked)).toEqual([]);
    expect(of(checked, serviceEntry('b'))).toEqual([expect.stringMatching(/^rule\.no_checks .*entry "b" of/)]);
    expect(of(serviceEntry('b'), serviceEntry('c'))).toEqual([
      expect.stringMatching(/^rule\.no_checks Rule "Fix checkout": it sets/),
    ]);
  });

  test('that is wrong itself is not wrong once more in each entry', () => {
    const catalogue = sampleCatalogue([serviceEntry('a'), serviceEntry('b')]);
    expect(found({ catalogue, integrations: new Map() })).toEqual([
      expect.stringMatching(/^rule\.unknown_integration/),
    ]);
  });
});
