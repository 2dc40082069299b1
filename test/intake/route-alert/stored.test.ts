import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAlertStore } from '../../../functions/adapters/dynamodb/alert-store.ts';
import { createDecisionStore } from '../../../functions/adapters/dynamodb/decision-store.ts';
import { createJobStore } from '../../../functions/adapters/dynamodb/job-store.ts';
import { createLedger } from '../../../functions/adapters/dynamodb/ledger-store.ts';
import type { Table } from '../../../functions/adapters/dynamodb/table.ts';
import type { Delivery } from '../../../functions/contract/delivery.ts';
import { jobIdOf } from '../../../functions/domain/job/job-id.ts';
import { routeAlerts } from '../../../functions/intake/route-alert/route-alert.ts';
import { decisionStores } from '../../../functions/wiring/decision-stores.ts';
import { alertId, sampleDelivery, sampleOccurrence, sampleRule } from '../../support/fakes/alert-samples.ts';
import { unexpected } from '../../support/fakes/recorded.ts';
import { RoutingWorld } from '../../support/fakes/world.ts';
import { seedRouting } from '../../support/seed-routing.ts';
import { startTable } from '../../support/table.ts';

describe('routing on the table', () => {
  let stop: () => Promise<void>;
  let table: Table;
  const started: string[] = [];

  const route = (...deliveries: Delivery[]) =>
    routeAlerts(
      {
        ...new RoutingWorld([]).deps(),
        ...decisionStores(table),
        ledger: createLedger(table),
        executions: { start: async (name) => `arn:${started[started.push(name) - 1]}` },
        stopper: { stop: () => unexpected('stop') },
      },
      deliveries,
    );

  beforeAll(async () => {
    ({ table, stop } = await startTable());
    await seedRouting(table, [sampleRule(), sampleRule({ id: 'rul_2', enabled: false })]);
  });
  afterAll(() => stop());

  test('an alert, its repeat, its end, and all of it again', async () => {
    const end = {
      deliveryId: 'dlv_3',
      receivedAt: '2027-03-01T13:00:00.000Z',
      items: [{ alertId, occurrence: sampleOccurrence({ status: 'resolved' }) }],
    };
    const deliveries = [sampleDelivery(), sampleDelivery({ deliveryId: 'dlv_2' }), sampleDelivery(end)];
    for (const delivery of [...deliveries, ...deliveries]) expect(await route(delivery)).toEqual([undefined]);

    const jobId = jobIdOf(alertId, 'rul_1');
    expect(started).toEqual([jobId]);
    expect(await createJobStore(table).get(jobId)).toMatchObject({ alertId, executionArn: `arn:${jobId}` });
    expect(await createAlertStore(table).get(alertId)).toMatchObject({
      routedAt: expect.any(String),
      resolvedAt: end.receivedAt,
    });
    const ledger = await createDecisionStore(table).listByAlert(alertId);
    expect(ledger.map(({ ruleId, reason, count }) => `${ruleId} ${reason} ${count}`).sort()).toEqual([
      'rul_1 duplicate_alert 1',
      'rul_1 resolved 1',
      'rul_1 started 1',
      'rul_2 duplicate_alert 1',
      'rul_2 resolved 1',
      'rul_2 rule_disabled 1',
    ]);
  });

  test('the same new alert ten times at once starts once and counts ten', async () => {
    started.length = 0;
    const deliveries = Array.from({ length: 10 }, (_, index) =>
      sampleDelivery({
        deliveryId: `dlv_storm_${index}`,
        items: [
          { alertId: 'alr_storm', occurrence: sampleOccurrence({ fingerprint: 'v1:storm', title: 'Search is down' }) },
        ],
      }),
    );
    expect(await Promise.all(deliveries.map((delivery) => route(delivery)))).toEqual(deliveries.map(() => [undefined]));
    expect(new Set(started)).toEqual(new Set([jobIdOf('alr_storm', 'rul_1')]));
    const ledger = await createDecisionStore(table).listByAlert('alr_storm');
    expect(ledger.reduce((sum, { count }) => sum + count, 0)).toBe(20);
    const { entries, accepted, undecided } = await createLedger(table).day('rly_1', '2027-03-01');
    expect({ entries, accepted, undecided }).toEqual({ entries: 13, accepted: 26, undecided: 0 });
  });
});
