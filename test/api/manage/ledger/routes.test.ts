import { describe, expect, test } from 'vitest';
import { manage } from '../../../../functions/api/manage/manage.ts';
import { fakeManagement, fullAccess } from '../../../support/fakes/management.ts';

describe('the ledger of a relay', () => {
  const management = fakeManagement();
  const ask = async (query: string, id = 'rly_1') => {
    const path = `/v0/relay/${id}/ledger`;
    const answer = await manage(management.routes)({
      method: 'GET',
      path,
      query,
      body: '',
      caller: 'ci',
      access: fullAccess,
    });
    return { status: answer.status, body: JSON.parse(answer.body) };
  };

  test('is that of the day that is asked for, today by default', async () => {
    const { ledger } = management.deps;
    const delivery = { relayId: 'rly_1', entries: 2 };
    await ledger.accepted({ ...delivery, day: '2027-03-01', deliveryId: 'dlv_1', decisions: 4 });
    await ledger.accepted({ ...delivery, day: '2027-02-28', deliveryId: 'dlv_2', decisions: 2 });
    const reasons = { started: 1, paused: 1 };
    await ledger.decided({ ...delivery, day: '2027-02-28', deliveryId: 'dlv_2', reasons });
    expect((await ask('')).body.ledger).toEqual({
      ...{ relayId: 'rly_1', day: '2027-03-01', deliveries: 1, entries: 2, accepted: 4 },
      ...{ reasons: {}, undecided: 4 },
    });
    expect((await ask('day=2027-02-28')).body.ledger).toMatchObject({ accepted: 2, reasons, undecided: 0 });
  });

  test('stays on record when the relay is deleted', async () => {
    await management.deps.relays.markDeleted('rly_1', 'now');
    expect((await ask('')).status).toBe(200);
  });

  test.each([
    ['day=yesterday', 'rly_1', 400],
    ['day=2027-02-30', 'rly_1', 400],
    ['', 'rly_unknown', 404],
  ])('%s of %s is a %i', async (query, id, status) => {
    expect((await ask(query, id)).status).toBe(status);
  });
});
