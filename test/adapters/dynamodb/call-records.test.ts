import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCallRecords } from '../../../functions/adapters/dynamodb/call-records.ts';
import type { CallRecords } from '../../../functions/ports.ts';
import { sampleCall, sampleCallRecord } from '../../support/fakes/calls.ts';
import { startTable } from '../../support/table.ts';

const at = (minute: number) => new Date(Date.UTC(2027, 2, 1, 12, minute));
let stop: () => Promise<void>;
let calls: CallRecords;

beforeAll(async () => {
  const started = await startTable();
  stop = started.stop;
  calls = createCallRecords(started.table);
});
afterAll(() => stop());

test('the last try of each call is kept, with how many there were', async () => {
  const call = sampleCall({ alertId: 'alr_tries' });
  const other = sampleCall({ alertId: 'alr_tries', id: 'msg_other', ruleId: 'rul_2' });
  await calls.record(call, { kind: 'again', code: 'status_503' }, at(0));
  await calls.record(call, { kind: 'done' }, at(1));
  await calls.record(other, { kind: 'refused', code: 'private_range' }, at(2));
  await calls.record(sampleCall({ alertId: 'alr_else' }), { kind: 'done' }, at(3));
  const { callId } = sampleCallRecord();
  const records = await calls.listByAlert('alr_tries');
  expect(records.sort((a, b) => a.tries - b.tries)).toEqual([
    sampleCallRecord({
      ...{ alertId: 'alr_tries', callId: 'msg_other', ruleId: 'rul_2' },
      ...{ kind: 'refused', code: 'private_range', at: at(2).toISOString() },
    }),
    sampleCallRecord({ alertId: 'alr_tries', callId, tries: 2, at: at(1).toISOString() }),
  ]);
});

test('a call that was taken stays so, whatever an interrupted try says later', async () => {
  const call = sampleCall({ alertId: 'alr_done' });
  await calls.record(call, { kind: 'done' }, at(0));
  await calls.record(call, { kind: 'again', code: 'TIMED_OUT' }, at(1));
  expect(await calls.listByAlert('alr_done')).toMatchObject([{ kind: 'done', tries: 1 }]);
});
