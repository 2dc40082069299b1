import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ReasonCode } from '../../../functions/contract/reason-codes.ts';
import type { FirstDecisions, RoutingStores } from '../../../functions/ports.ts';
import { sampleAlert } from '../../support/fakes/alert-samples.ts';
import { sampleJob } from '../../support/fakes/samples.ts';
import { storeKinds } from '../../support/store-kinds.ts';

const at = '2027-03-01T12:00:00.000Z';

describe.each(storeKinds)('the first decisions on an alert, in $kind', ({ start }) => {
  let stop: () => Promise<void>;
  let stores: RoutingStores;
  let count = 0;
  let id = '';

  beforeAll(async () => {
    ({ stop, stores } = await start());
  });
  afterAll(() => stop());
  beforeEach(() => {
    id = `alr_${count++}`;
  });

  const alertOf = (alertId: string, startsAt = at) =>
    sampleAlert({ id: alertId, fingerprint: `v1:${alertId}`, startsAt });
  const first = (alertId: string, changes: Partial<FirstDecisions> = {}, ...reasons: ReasonCode[]): FirstDecisions => ({
    alert: alertOf(alertId),
    isStored: false,
    decisions: (reasons.length > 0 ? reasons : ['storm_held' as const]).map((reason, index) => ({
      ...{ alertId, relayId: 'rly_1', ruleId: `rul_${index}`, reason, sentence: 'So.', lastAt: at },
      lastDeliveryId: 'dlv_1',
    })),
    entry: 'firing',
    routedAt: at,
    ...changes,
  });
  const told = async (alertId: string) =>
    (await stores.decisions.listByAlert(alertId)).map(
      ({ ruleId, reason, count: times }) => `${ruleId} ${reason} ${times}`,
    );

  test('are written with it, with the way from its incident, and are known as counted', async () => {
    expect(await stores.decisions.recordFirst(first(id, {}, 'storm_held', 'not_matched'))).toBe(true);
    expect(await stores.alerts.get(id)).toEqual({ ...alertOf(id), routedAt: at });
    expect((await stores.alerts.latestOf('rly_1', `v1:${id}`))?.id).toBe(id);
    expect((await stores.alerts.find('alr_unknown', 'rly_1', `v1:${id}`))?.id).toBe(id);
    expect(await told(id)).toEqual(['rul_0 storm_held 1', 'rul_1 not_matched 1']);
    const [decision] = first(id).decisions;
    if (!decision) throw new Error('No decision');
    const again = { ...decision, reason: 'duplicate_alert' as const };
    expect(await stores.decisions.record(again, 'firing')).toEqual({ reason: 'storm_held', counted: false });
    const move = { ...again, from: 'storm_held' as const, reason: 'cooldown' as const, day: '2027-03-01' };
    expect(await stores.decisions.move(move)).toBe(true);
  });

  test('of two routings only one writes them', async () => {
    const both = [first(id, {}, 'storm_held'), first(id, {}, 'resolved')];
    const written = await Promise.all(both.map((each) => stores.decisions.recordFirst(each)));
    expect(written).toEqual([true, false]);
    expect(await told(id)).toEqual(['rul_0 storm_held 1']);
    expect(await stores.alerts.create(alertOf(id))).toBe(false);
  });

  test('are written for many alerts at once, and for none that is there', async () => {
    const ids = Array.from({ length: 70 }, (_, index) => `${id}_${index}`);
    await stores.alerts.create(alertOf(`${id}_3`));
    const written = await Promise.all(ids.map((each) => stores.decisions.recordFirst(first(each))));
    expect(ids.filter((_, index) => !written[index])).toEqual([`${id}_3`]);
    expect(await told(`${id}_3`)).toEqual([]);
    expect(await told(`${id}_69`)).toEqual(['rul_0 storm_held 1']);
    expect(await stores.alerts.get(`${id}_69`)).toMatchObject({ routedAt: at });
  });

  test('are written where a newer alert of the incident is known, which stays the newest', async () => {
    const newer = { ...alertOf(`${id}_newer`, '2027-03-01T13:00:00.000Z'), fingerprint: `v1:${id}` };
    await stores.alerts.create(newer);
    expect(await stores.decisions.recordFirst(first(id))).toBe(true);
    expect((await stores.alerts.latestOf('rly_1', `v1:${id}`))?.id).toBe(`${id}_newer`);
    expect(await told(id)).toHaveLength(1);
  });

  test('are written on an alert that was stored before, once, and route it then', async () => {
    await stores.alerts.create(alertOf(id));
    expect(await stores.decisions.recordFirst(first(id, { isStored: true, routedAt: undefined }, 'started'))).toBe(
      true,
    );
    expect((await stores.alerts.get(id))?.routedAt).toBeUndefined();
    expect(await stores.decisions.recordFirst(first(id, { isStored: true }, 'started'))).toBe(false);
    expect(await stores.decisions.recordFirst(first(id, { isStored: true }, 'budget'))).toBe(true);
    expect((await stores.alerts.get(id))?.routedAt).toBe(at);
    expect(await stores.decisions.recordFirst(first(id, { isStored: true }, 'resolved'))).toBe(false);
  });

  test('an alert and its first job are there together or not at all', async () => {
    const job = sampleJob({ id: `job_${id}` });
    expect(await stores.jobs.createWithAlert(job, alertOf(id), 'v1:a')).toBe(true);
    expect(await stores.jobs.get(job.id)).toEqual(job);
    expect(await stores.incidentJobs.last(job.ruleId, 'v1:a')).toBe(job.id);
    const other = sampleJob({ id: `job_${id}_other` });
    expect(await stores.jobs.createWithAlert(other, alertOf(id), 'v1:a')).toBe(false);
    expect(await stores.jobs.get(other.id)).toBeUndefined();
    expect(await stores.incidentJobs.last(job.ruleId, 'v1:a')).toBe(job.id);
    expect(await stores.jobs.createOrGet(other, 'v1:a')).toEqual(other);
    expect(await stores.incidentJobs.last(job.ruleId, 'v1:a')).toBe(other.id);
  });
});
