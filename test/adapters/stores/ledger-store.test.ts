import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ReasonCode } from '../../../functions/contract/reason-codes.ts';
import type { DecisionStore, Ledger } from '../../../functions/ports.ts';
import { storeKinds } from '../../support/store-kinds.ts';

const day = '2027-03-01';
const at = '2027-03-01T12:00:00.000Z';

describe.each(storeKinds)('ledger and decisions in $kind', ({ start }) => {
  let stop: () => Promise<void>;
  let ledger: Ledger;
  let decisions: DecisionStore;
  let count = 0;
  let relayId = '';

  beforeAll(async () => {
    const started = await start();
    stop = started.stop;
    ({ ledger, decisions } = started.stores);
  });
  afterAll(() => stop());
  beforeEach(() => {
    relayId = `rly_${count++}`;
  });

  const accept = (deliveryId: string, entries: number, rules: number) =>
    ledger.accepted({ relayId, day, deliveryId, entries, decisions: entries * rules });
  const record = (reason: ReasonCode, deliveryId = 'dlv_1') =>
    decisions.record(
      {
        alertId: `alr_${relayId}`,
        relayId,
        ruleId: 'rul_1',
        reason,
        sentence: '',
        lastAt: at,
        lastDeliveryId: deliveryId,
      },
      'firing',
    );
  const move = (from: 'storm_held' | 'scheduled' | 'paused', reason: ReasonCode, jobId?: string) =>
    decisions.move({
      ...{ alertId: `alr_${relayId}`, relayId, ruleId: 'rul_1', day, from, reason, sentence: 'Later.', lastAt: at },
      ...(jobId !== undefined && { jobId }),
    });
  const rows = async () =>
    (await decisions.listByAlert(`alr_${relayId}`)).map(({ reason, count, followedBy }) =>
      [reason, count, ...(followedBy ? [`> ${followedBy}`] : [])].join(' '),
    );

  test('a delivery is due until it is decided, and counted once however often that is said', async () => {
    await accept('dlv_1', 3, 2);
    expect(await ledger.day(relayId, day)).toEqual({
      deliveries: 1,
      entries: 3,
      accepted: 6,
      reasons: {},
      undecided: 6,
    });
    const reasons = { started: 2, not_matched: 4 };
    for (let time = 0; time < 2; time++) {
      await ledger.decided({ relayId, day, deliveryId: 'dlv_1', entries: 3, reasons });
      await accept('dlv_1', 3, 2);
    }
    expect(await ledger.day(relayId, day)).toEqual({ deliveries: 1, entries: 3, accepted: 6, reasons, undecided: 0 });
  });

  test('a delivery that was due by other rules than it was decided by is due by those', async () => {
    await accept('dlv_1', 3, 2);
    await ledger.decided({ relayId, day, deliveryId: 'dlv_1', entries: 3, reasons: { started: 3 } });
    const balance = await ledger.day(relayId, day);
    expect(balance).toEqual({ deliveries: 1, entries: 3, accepted: 3, reasons: { started: 3 }, undecided: 0 });
  });

  test('deliveries that are decided at once are all counted, parts of one as one', async () => {
    const ids = Array.from({ length: 120 }, (_, index) => `dlv_${index}`);
    await accept('dlv_8', 1, 1);
    await Promise.all(
      ids.map((deliveryId, index) => {
        const part = index % 2 ? { partOf: `dlv_${index - 1}` } : {};
        return ledger.decided({ relayId, day, deliveryId, ...part, entries: 1, reasons: { started: 1 } });
      }),
    );
    const counts = { deliveries: 60, entries: 120, accepted: 120, reasons: { started: 120 }, undecided: 0 };
    expect(await ledger.day(relayId, day)).toEqual(counts);
  });

  test('a move that is made again with another count or end is replaced', async () => {
    await ledger.decided({ relayId, day, deliveryId: 'dlv_1', entries: 5, reasons: { storm_held: 5 } });
    const moved = (reason: ReasonCode, count: number) =>
      ledger.moved({ relayId, day, id: 'stm_1', reasons: { storm_held: -count, [reason]: count } });
    for (const [reason, count] of [
      ['storm_triaged', 2],
      ['storm_triaged', 4],
      ['budget', 3],
    ] as const) {
      for (let time = 0; time < 2; time++) await moved(reason, count);
      expect((await ledger.day(relayId, day)).reasons).toEqual({ storm_held: 5 - count, [reason]: count });
    }
  });

  test('keeps relays and days apart', async () => {
    await accept('dlv_1', 1, 1);
    expect((await ledger.day(relayId, '2027-03-02')).deliveries).toBe(0);
    expect((await ledger.day('rly_other', day)).deliveries).toBe(0);
  });

  test('a decision that stood for a while goes over to the next, in both books, once', async () => {
    await accept('dlv_1', 1, 1);
    await record('storm_held', 'dlv_1');
    await ledger.decided({ relayId, day, deliveryId: 'dlv_1', entries: 1, reasons: { storm_held: 1 } });
    expect(await move('storm_held', 'storm_released', 'job_1')).toBe(true);
    expect(await move('storm_held', 'storm_released', 'job_1')).toBe(false);
    expect(await rows()).toEqual(['storm_held 1 > storm_released', 'storm_released 1']);
    expect(await ledger.day(relayId, day)).toMatchObject({ accepted: 1, reasons: { storm_released: 1 }, undecided: 0 });
  });

  test('no count is ever below nothing: a move waits for the account of its delivery', async () => {
    await accept('dlv_1', 2, 1);
    await record('storm_held', 'dlv_1');
    await move('storm_held', 'storm_released', 'job_1');
    // The other entry of the delivery has failed, so its account is still open.
    const open = await ledger.day(relayId, day);
    expect([open.accepted, open.reasons, open.undecided]).toEqual([2, {}, 2]);
    const reasons = { storm_held: 1, started: 1 };
    await ledger.decided({ relayId, day, deliveryId: 'dlv_1', entries: 2, reasons });
    expect(await ledger.day(relayId, day)).toMatchObject({
      accepted: 2,
      reasons: { storm_released: 1, started: 1 },
      undecided: 0,
    });
  });

  test('an entry that was counted before the move is not counted after it', async () => {
    await record('paused', 'dlv_1');
    await move('paused', 'started', 'job_1');
    expect(await record('started', 'dlv_1')).toEqual({ reason: 'paused', counted: false });
    expect(await decisions.recordedReasons(`alr_${relayId}`, 'dlv_1', 'firing')).toEqual(
      new Map([['rul_1', 'paused']]),
    );
  });

  test('one that comes too late for the move is counted under what followed', async () => {
    await record('storm_held', 'dlv_1');
    await move('storm_held', 'cooldown');
    expect(await record('storm_held', 'dlv_2')).toEqual({ reason: 'cooldown', counted: true });
    expect(await rows()).toEqual(['storm_held 1 > cooldown', 'cooldown 2']);
  });

  test('nothing is moved that is not there', async () => {
    expect(await move('scheduled', 'not_needed')).toBe(false);
    expect(await rows()).toEqual([]);
  });
});
