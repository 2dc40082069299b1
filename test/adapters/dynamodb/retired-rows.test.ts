import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAlertQueries } from '../../../functions/adapters/dynamodb/alert-queries.ts';
import { createAlertStore } from '../../../functions/adapters/dynamodb/alert-store.ts';
import { createDecisionStore } from '../../../functions/adapters/dynamodb/decision-store.ts';
import { createJobStore } from '../../../functions/adapters/dynamodb/job-store.ts';
import { keys } from '../../../functions/adapters/dynamodb/keys.ts';
import { createRetiredRows } from '../../../functions/adapters/dynamodb/retired-rows.ts';
import { createStormStore } from '../../../functions/adapters/dynamodb/storm-store.ts';
import type { Table } from '../../../functions/adapters/dynamodb/table.ts';
import type { ReasonCode } from '../../../functions/contract/reason-codes.ts';
import type { Alert } from '../../../functions/domain/alert/alert.ts';
import { incidentOf } from '../../../functions/domain/alert/incident.ts';
import { retire } from '../../../functions/upkeep/sweep/retire.ts';
import { sampleAlert } from '../../support/fakes/alert-samples.ts';
import { sampleCollected, sampleJob } from '../../support/fakes/samples.ts';
import { startTable } from '../../support/table.ts';

const now = new Date('2028-06-01T12:00:00.000Z');
const daysAgo = (days: number): string => new Date(now.getTime() - days * 86_400_000).toISOString();
const expiresAt = now.getTime() / 1_000;

describe('what is over is let go of after its time', () => {
  let table: Table;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    ({ table, stop } = await startTable());
  });
  afterAll(() => stop());

  const rowAt = async (Key: { pk: string; sk: string }) =>
    (await table.client.send(new GetCommand({ TableName: table.name, Key }))).Item;
  const sweep = () => {
    const [alerts, decisions, jobs] = [createAlertStore(table), createDecisionStore(table), createJobStore(table)];
    const storms = createStormStore(table);
    const retired = createRetiredRows(table);
    return retire({ retentionDays: 400, retired, alerts, decisions, jobs, storms, clock: { now: () => now } });
  };

  /** An alert of 500 days, resolved then unless it is said otherwise. */
  async function alertOf(id: string, changes: Partial<Alert> = {}, resolvedDaysAgo: number | null = 499) {
    const alert = { ...sampleAlert(), id, fingerprint: `v1:${id}`, createdAt: daysAgo(500), ...changes };
    await createAlertStore(table).create(alert);
    await createAlertStore(table).markRouted(id, daysAgo(500));
    if (resolvedDaysAgo !== null) {
      await createAlertStore(table).resolve(id, daysAgo(resolvedDaysAgo), 'prometheus', undefined);
    }
    return alert;
  }
  async function decide(alertId: string, reason: ReasonCode, more: object = {}) {
    const decision = { alertId, relayId: 'rly_1', ruleId: 'rul_1', reason, sentence: 'So.', ...more };
    await createDecisionStore(table).record({ ...decision, lastAt: daysAgo(500), lastDeliveryId: 'dlv_1' }, 'firing');
  }
  async function jobOf(id: string, alertId: string, ends: boolean) {
    const jobs = createJobStore(table);
    await jobs.createOrGet(sampleJob({ id, alertId, createdAt: daysAgo(500) }));
    if (!ends) return;
    await jobs.finish(id, sampleCollected(), daysAgo(499));
    await jobs.markCleared(id, daysAgo(499));
  }

  test('an alert with its decisions and what points to it; a job once its alert is gone and its record is written', async () => {
    const alert = await alertOf('alr_over');
    await decide('alr_over', 'started', { jobId: 'job_over' });
    await jobOf('job_over', 'alr_over', true);
    await jobOf('job_gone', 'alr_gone', true);
    await createJobStore(table).markAudited('job_gone', daysAgo(499));
    await jobOf('job_unrecorded', 'alr_gone', true);
    await sweep();
    expect(await rowAt(keys.alert('alr_over'))).toMatchObject({ expiresAt });
    expect(await rowAt(keys.decision('alr_over', 'rul_1', 'started'))).toMatchObject({ expiresAt });
    expect(await rowAt(keys.incident(alert.relayId, incidentOf(alert)))).toMatchObject({ expiresAt });
    expect(await rowAt(keys.job('job_gone'))).toMatchObject({ expiresAt });
    for (const id of ['job_over', 'job_unrecorded']) expect(await rowAt(keys.job(id))).not.toHaveProperty('expiresAt');
    const listed: string[] = [];
    for await (const { id } of createAlertQueries(table).listNewest('all', { before: undefined, expected: 10 })) {
      listed.push(id);
    }
    expect(listed).not.toContain('alr_over');
    // Until DynamoDB deletes them they are read as before.
    expect(await createAlertStore(table).get('alr_over')).toMatchObject({ id: 'alr_over' });
    expect(await createDecisionStore(table).listByAlert('alr_over')).toHaveLength(1);
    expect(await createJobStore(table).get('job_gone')).toMatchObject({ id: 'job_gone' });
  });

  test.each<[what: string, id: string, make: (id: string) => Promise<unknown>]>([
    ['is open', 'alr_open', (id) => alertOf(id, {}, null)],
    ['was resolved not long ago', 'alr_late', (id) => alertOf(id, {}, 399)],
    [
      'a pause holds',
      'alr_paused',
      async (id) => {
        await alertOf(id);
        await decide(id, 'paused');
      },
    ],
    [
      'a storm holds that is not over',
      'alr_held',
      async (id) => {
        await alertOf(id);
        const storm = { id: 'stm_1', relayId: 'rly_1', ruleId: 'rul_1', ruleName: 'Fix', firstAlertId: id };
        await createStormStore(table).createOrGet({ ...storm, phase: 'holding', createdAt: daysAgo(500) });
        await decide(id, 'storm_held', { stormId: 'stm_1' });
      },
    ],
    [
      'has a session under way',
      'alr_running',
      async (id) => {
        await alertOf(id);
        await jobOf('job_running', id, false);
        await decide(id, 'started', { jobId: 'job_running' });
      },
    ],
  ])('not an alert that %s', async (_, id, make) => {
    await make(id);
    await sweep();
    expect(await rowAt(keys.alert(id))).not.toHaveProperty('expiresAt');
  });
});
