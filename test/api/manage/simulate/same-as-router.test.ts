import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Delivery } from '../../../../functions/contract/delivery.ts';
import type { Webhook } from '../../../../functions/domain/webhook/webhook.ts';
import { receiveAlert } from '../../../../functions/intake/receive-alert/receive-alert.ts';
import { routeAlerts } from '../../../../functions/intake/route-alert/route-alert.ts';
import { sampleRule } from '../../../support/fakes/alert-samples.ts';
import { alertmanagerBody, alertmanagerEntry, bytesOf, sampleWebhook } from '../../../support/fakes/intake.ts';
import { unexpected } from '../../../support/fakes/recorded.ts';
import { RoutingWorld } from '../../../support/fakes/world.ts';
import { runs } from '../../../support/property-runs.ts';
import { simulator } from './prepare.ts';

/** Few incidents and starts, so that entries meet each other. */
const entry = fc
  .record({
    status: fc.constantFrom('firing', 'resolved'),
    fingerprint: fc.constantFrom('a', 'b'),
    startsAt: fc.constantFrom('2027-03-01T11:00:00Z', '2027-03-01T11:30:00Z'),
  })
  .map((changes) => alertmanagerEntry(changes));
const generic = fc.record({
  title: fc.constantFrom('Disk full', 'Totals are wrong'),
  status: fc.constantFrom('firing', 'resolved'),
  dedup_key: fc.constantFrom('a', 'b'),
});
const payload: fc.Arbitrary<object> = fc.oneof(
  generic,
  fc.array(entry, { minLength: 1, maxLength: 4 }).map((entries) => alertmanagerBody(entries)),
);
const rule = fc.record({
  enabled: fc.boolean(),
  config: fc.constantFrom({}, { pollInterval: 7 }, { integrationId: 'int_gone' }, { config: { onResolve: 'stop' } }),
});
const rules = fc
  .array(rule, { maxLength: 4 })
  .map((list) =>
    list.map(({ enabled, config }, index) => sampleRule({ id: `rul_${index}`, enabled, order: index }, config)),
  );
/** With keys of the sender, and with our own, which leave the alerts without a start. */
const webhooks = fc
  .constantFrom<Partial<Webhook>>({}, { dedupLabels: ['alertname'] }, { ignoreLabels: ['severity'] })
  .map((settings) => sampleWebhook(settings));

test('simulate tells what the router then records, whatever came before', async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(
      rules,
      webhooks,
      fc.array(payload, { minLength: 1, maxLength: 4 }),
      async (given, webhook, payloads) => {
        const world = new RoutingWorld(given);
        for (const [index, body] of payloads.entries()) {
          const at = `2027-03-01T12:0${index}:00.000Z`;
          const { jobs, windows, titles, incidentJobs, switch: pauseSwitch, alerts: incidents } = world.deps();
          const reads = { jobs, windows, titles, incidentJobs, switch: pauseSwitch };
          const before = structuredClone(world.state());
          const simulated = await simulator({ rules: given, incidents, reads, webhooks: [webhook] }).answer({
            simulateAt: at,
            payload: body,
          });
          expect(world.state()).toEqual(before);

          const deliveryId = `dlv_${index}`;
          await deliver(world, webhook, body, at, deliveryId);
          const ofDelivery = [...world.decisions.values()].filter(
            ({ lastDeliveryId }) => lastDeliveryId === deliveryId,
          );
          // The simulation shows rules; that there is none is one decision all the same.
          const recorded = ofDelivery.filter(({ reason }) => reason !== 'no_rules');
          const told = [simulated, ...simulated.otherAlerts].flatMap(({ alertPreview, groups }) =>
            groups.flatMap(({ steps }) => steps.map((step) => [alertPreview.id, step.ruleId, step.decision.reason])),
          );
          const distinct = [...new Set(told.map((each) => each.join(' ')))].sort();
          expect(distinct).toEqual(recorded.map((each) => [each.alertId, each.ruleId, each.reason].join(' ')).sort());
          compared += distinct.length;
        }
      },
    ),
    { numRuns: runs(1.5) },
  );
  // Otherwise the property would hold of worlds without rules.
  expect(compared).toBeGreaterThan(300);
});

/** The same body through the hook and the router. */
async function deliver(
  world: RoutingWorld,
  webhook: Webhook,
  body: object,
  at: string,
  deliveryId: string,
): Promise<void> {
  const queued: Delivery[] = [];
  const deps = world.deps();
  await receiveAlert(
    {
      webhooks: { findByKey: async () => webhook },
      alerts: deps.alerts,
      queue: { send: async (delivery) => void queued.push(delivery) },
      clock: { now: () => new Date(at) },
      secrets: { read: () => unexpected('read') },
      memory: { has: () => unexpected('has'), remember: () => unexpected('remember') },
      limit: { take: async () => undefined },
      log: { warn: () => unexpected('warn') },
      newDeliveryId: () => deliveryId,
    },
    { webhookKey: 'key-1', body: bytesOf(body), contentType: 'application/json', headers: {} },
  );
  const clock = { ...deps.clock, now: () => new Date(at) };
  const failures = await routeAlerts({ ...deps, clock }, queued);
  expect(failures.filter((failure) => failure !== undefined)).toEqual([]);
}
