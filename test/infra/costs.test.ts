import { beforeAll, expect, test } from 'vitest';
import { createAlertStore } from '../../functions/adapters/dynamodb/alert-store.ts';
import { createBegunChanges } from '../../functions/adapters/dynamodb/begun-changes.ts';
import { createBudgetUse } from '../../functions/adapters/dynamodb/budget-store.ts';
import { createDeliveryMemory } from '../../functions/adapters/dynamodb/delivery-memory.ts';
import { createLedgerDays } from '../../functions/adapters/dynamodb/ledger-days.ts';
import { createLedger } from '../../functions/adapters/dynamodb/ledger-store.ts';
import { createOpenWork } from '../../functions/adapters/dynamodb/open-work.ts';
import { createRateLimit } from '../../functions/adapters/dynamodb/rate-limit.ts';
import { createRetiredRows } from '../../functions/adapters/dynamodb/retired-rows.ts';
import { createSlots } from '../../functions/adapters/dynamodb/slot-store.ts';
import { createSweepLease } from '../../functions/adapters/dynamodb/sweep-lease.ts';
import { createWebhookStore } from '../../functions/adapters/dynamodb/webhook-store.ts';
import { receiveAlert } from '../../functions/intake/receive-alert/receive-alert.ts';
import { sweep } from '../../functions/upkeep/sweep/sweep.ts';
import { decisionStores } from '../../functions/wiring/decision-stores.ts';
import { functionNames } from '../../infra/bundle.ts';
import { monthOf, type Quantities, totalOf } from '../../infra/costs/estimate.ts';
import { costsReport } from '../../infra/costs/report.ts';
import { requestUsd } from '../../infra/costs/request.ts';
import type { FunctionName } from '../../infra/functions.ts';
import { withoutData } from '../../infra/local/states/answers.ts';
import { logEvent } from '../../infra/local/states/log-source.ts';
import { synthesizedAlarms } from '../support/alarms.ts';
import { countRouting } from '../support/count-routing.ts';
import { sampleRule } from '../support/fakes/alert-samples.ts';
import { fakeClock } from '../support/fakes/clock.ts';
import { bytesOf } from '../support/fakes/intake.ts';
import { unexpected } from '../support/fakes/recorded.ts';
import { fakeLog } from '../support/fakes/stores.ts';
import { seedRouting } from '../support/seed-routing.ts';
import { resourcesIn, synthesizedTemplate } from '../support/stack.ts';
import { startTable } from '../support/table.ts';
import { type TableRequest, type TableUnits, unitsOf } from '../support/table-units.ts';
import { runTroubled } from '../support/troubled-run.ts';
import { walk } from '../support/workflow.ts';
import { running } from '../support/workflow-functions.ts';

/** Far enough apart that none of them is held back. */
const OVER_MS = 3_600_000;
const ALERTS = 5;

let quantities: Quantities;
beforeAll(async () => {
  const { units: routed, sessions } = await countRouting(ALERTS, 1, OVER_MS);
  expect(sessions).toBe(ALERTS);
  const { door, idle } = await countDoorAndSweep();
  quantities = {
    door,
    routing: { reads: routed.reads / ALERTS, writes: routed.writes / ALERTS },
    sweep: idle,
    ...(await countSession()),
    secrets: resourcesIn(synthesizedTemplate()).ofType('AWS::SecretsManager::Secret').length,
    alarmMetrics: [...synthesizedAlarms().values()].reduce((sum, { series }) => sum + series.length, 0),
  };
});

/** Of one delivery of many, and of one sweep, on a table with one relay. */
async function countDoorAndSweep(): Promise<{ door: TableUnits; idle: TableUnits }> {
  const requests: TableRequest[] = [];
  const { table, stop } = await startTable({ onRequest: (operation, body) => requests.push({ operation, body }) });
  try {
    await seedRouting(table, [sampleRule()]);
    requests.length = 0;
    const [clock, log] = [fakeClock(), fakeLog()];
    const deps = {
      webhooks: createWebhookStore(table),
      alerts: createAlertStore(table),
      queue: { send: async () => undefined },
      secrets: { read: () => unexpected('read') },
      memory: createDeliveryMemory(table),
      limit: createRateLimit(table, 100, { now: () => clock.now().getTime() }),
      ...{ clock, log },
    };
    for (let alert = 0; alert < ALERTS; alert++) {
      const body = bytesOf({ title: `Alert ${alert}`, severity: 'high' });
      const request = { webhookKey: 'key', body, contentType: 'application/json', headers: {} };
      await receiveAlert({ ...deps, newDeliveryId: () => `dlv_${alert}` }, request);
      await clock.sleep(60_000);
    }
    const posted = unitsOf(requests);
    const door = { reads: posted.reads / ALERTS, writes: posted.writes / ALERTS };
    requests.length = 0;
    const nobody = { read: async () => undefined };
    const ended = { announce: () => unexpected('announce'), leftBehind: () => unexpected('leftBehind') };
    const metrics = { publish: () => undefined, measured: () => undefined };
    const stores = { ...decisionStores(table), ledger: createLedger(table), slots: createSlots(table) };
    const swept = await sweep(
      {
        ...stores,
        ...{ changes: createBegunChanges(table), records: { write: () => unexpected('write') } },
        ...{ retentionDays: 400, retired: createRetiredRows(table), ledgerDays: createLedgerDays(table) },
        ...{ open: createOpenWork(table), lease: createSweepLease(table), budgetUse: createBudgetUse(table) },
        executions: { sessions: nobody, runs: nobody, storms: nobody },
        ...{ stackBudget: {}, ended, metrics, clock, log },
      },
      { graceSeconds: 180 },
    );
    expect(swept).toMatchObject({ status: 'swept', failed: 0 });
    return { door, idle: unitsOf(requests) };
  } finally {
    await stop();
  }
}

/** By the id of its construct. */
function functionOf(id: string): FunctionName {
  const folder = id.replaceAll(/(?<=.)[A-Z]/g, '-$&').toLowerCase();
  return functionNames.find((name) => name === folder) ?? unexpected(id);
}

/** Two executions that differ in their number of polls alone tell what one poll takes. */
async function countSession(): Promise<Pick<Quantities, 'session' | 'poll'>> {
  const polled = async (maxAttempts: number) => {
    const crossed: string[] = [];
    const done = await walk({
      poll: { seconds: 15, maxAttempts },
      script: { 'Poll session': () => running },
      onCrossing: (crossing) => crossed.push(crossing.function),
    });
    const lines = done.events.map((event) =>
      JSON.stringify(logEvent('arn:aws:states:eu-central-1:1:execution:m:e', withoutData(event))),
    );
    return {
      transitions: done.path.length,
      functions: crossed.filter((id) => id !== '').map(functionOf),
      logBytes: lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0),
    };
  };
  const [few, many] = [await polled(2), await polled(12)];
  const ofPoll = (figure: 'transitions' | 'logBytes') => (many[figure] - few[figure]) / 10;
  const table = async (pollInterval: number) => {
    const { calls, published } = await runTroubled(() => undefined, sampleRule({}, { pollInterval }));
    const begun = calls.indexOf('states');
    return {
      polls: published[0]?.polls ?? 0,
      calls: calls.slice(begun).filter((service) => service === 'dynamodb').length,
    };
  };
  const [slow, fast] = [await table(60_000), await table(10_000)];
  const callsOfPoll = (fast.calls - slow.calls) / (fast.polls - slow.polls);
  return {
    session: {
      transitions: few.transitions - 2 * ofPoll('transitions'),
      functions: few.functions.filter((name) => name !== 'poll-session'),
      tableCalls: Math.round(slow.calls - slow.polls * callsOfPoll),
      logBytes: few.logBytes - 2 * ofPoll('logBytes'),
    },
    poll: { transitions: ofPoll('transitions'), tableCalls: callsOfPoll, logBytes: ofPoll('logBytes') },
  };
}

test('the manual says what a month costs, by what was counted', async () => {
  await expect(costsReport(quantities)).toMatchFileSnapshot('../../infra/COSTS.md');
});

test('a request that comes to nothing costs no more at the door than the alarm of a flood takes it for', () => {
  // An unknown key: two reads, as for a known one, and nothing else of the table.
  expect(quantities.door.reads).toBeLessThanOrEqual(4);
  expect(requestUsd).toBeGreaterThan(2e-6);
  expect(requestUsd).toBeLessThan(3e-6);
});

test('a month of twice as many sessions costs what these cost more, and one without alerts not nothing', () => {
  const usd = (alertsADay: number, sessionsADay: number) => totalOf(monthOf({ alertsADay, sessionsADay }, quantities));
  const [none, some, twice, thrice] = [usd(0, 0), usd(100, 20), usd(100, 40), usd(100, 60)];
  expect(none).toBeGreaterThan(1);
  expect(some).toBeGreaterThan(none);
  expect(thrice - twice).toBeCloseTo(twice - some, 6);
});
