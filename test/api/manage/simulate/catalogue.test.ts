import { expect, test } from 'vitest';
import { sampleRule } from '../../../support/fakes/alert-samples.ts';
import { sampleCatalogue, serviceEntry } from '../../../support/fakes/catalogues.ts';
import { sampleWebhook } from '../../../support/fakes/intake.ts';
import { simulator } from './prepare.ts';

const SERVICES = 50;
const names = Array.from({ length: SERVICES }, (_, index) => `service-${index}`);
const entries = names.map((name) => serviceEntry(name, { repository: `shop/${name}` }));
// One in a minute each, so that no storm is made of them.
const rule = sampleRule({}, { maxImmediateDispatches: 5, stormThreshold: 50, config: { catalogue: true } });
const reads = { catalogue: { current: async () => sampleCatalogue(entries, 12) } };
const { answer } = simulator({ rules: [rule], reads, webhooks: [sampleWebhook()] });

const stepFor = async (service: string) => {
  const simulated = await answer({
    payload: { title: `${service} is slow`, service, labels: { env: 'live' } },
    source: 'generic',
  });
  return simulated.groups[0]?.steps[0];
};

test('one rule sends each of fifty services to a directory of its own', async () => {
  const steps = await Promise.all(names.map(stepFor));
  expect(steps.filter((step) => step?.wouldStart)).toHaveLength(SERVICES);
  for (const [index, step] of steps.entries()) {
    const name = names[index];
    expect(step).toMatchObject({
      catalogue: { version: 12, entry: name, repository: `shop/${name}` },
      directory: `/srv/${name}`,
      endpoint: 'https://opencode.internal.corp:4096',
      decision: {
        reason: 'started',
        sentence: expect.stringContaining(`Entry "${name}" of the catalogue, version 12`),
      },
    });
  }
});

test('and says what it would not know where to send', async () => {
  const step = await stepFor('cart');
  expect(step).toMatchObject({ wouldStart: false, decision: { reason: 'no_service' } });
  expect(step?.decision.sentence).toMatch(
    /none of the 50 entries of version 12 .*the service "cart" and the labels env="live"/,
  );
  expect(step).not.toHaveProperty('catalogue');
});
