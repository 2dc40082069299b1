import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createResponderStore } from '../../../functions/adapters/dynamodb/responder-store.ts';
import type { Responder } from '../../../functions/domain/job/responder.ts';
import type { ResponderStore } from '../../../functions/ports.ts';
import { startTable } from '../../support/table.ts';

const joinedAt = '2027-03-01T12:00:00.000Z';
const at = '2027-03-01T12:30:00.000Z';
const later = '2027-03-01T13:00:00.000Z';
const prUrl = 'https://git.example.com/shop/pull/1';

describe('responder store', () => {
  let stop: () => Promise<void>;
  let responders: ResponderStore;
  let count = 0;
  let alertId = '';

  beforeAll(async () => {
    const started = await startTable();
    stop = started.stop;
    responders = createResponderStore(started.table);
  });
  afterAll(() => stop());
  beforeEach(() => {
    alertId = `alr_${count++}`;
  });
  const responder = (changes: Partial<Responder> = {}): Responder => ({
    id: 'rsp_1',
    alertId,
    userId: 'alice',
    status: 'on_it',
    joinedAt,
    ...changes,
  });
  const end = (status: 'done' | 'dropped', when: string, link?: string) =>
    responders.end({ alertId, id: 'rsp_1', status, prUrl: link, at: when });

  test('whoever joins again while on it is the same responder', async () => {
    expect(await responders.join(responder())).toEqual(responder());
    expect(await responders.join(responder({ joinedAt: later }))).toEqual(responder());
    expect(await responders.listByAlert(alertId)).toEqual([responder()]);
  });

  test('whoever left may join again', async () => {
    await responders.join(responder());
    await end('dropped', at);
    const again = responder({ joinedAt: later });
    expect(await responders.join(again)).toEqual(again);
    expect(await responders.listByAlert(alertId)).toEqual([again]);
  });

  test('the first end keeps its time; a link may follow', async () => {
    await responders.join(responder());
    expect(await end('done', at)).toEqual(responder({ status: 'done', completedAt: at }));
    expect(await end('done', later, prUrl)).toEqual(responder({ status: 'done', completedAt: at, prUrl }));
    expect(await end('dropped', later)).toEqual(responder({ status: 'dropped', completedAt: later, prUrl }));
  });

  test('who is not there cannot leave', async () => {
    expect(await end('done', at, prUrl)).toBeUndefined();
    expect(await responders.listByAlert(alertId)).toEqual([]);
  });

  test('are listed in the order of joining, of one alert only', async () => {
    const second = responder({ id: 'rsp_0', userId: 'bob', joinedAt: later });
    await responders.join(second);
    await responders.join(responder());
    await responders.join(responder({ alertId: `${alertId}_other` }));
    expect(await responders.listByAlert(alertId)).toEqual([responder(), second]);
  });

  test('ten at once are one', async () => {
    const joined = await Promise.all(Array.from({ length: 10 }, () => responders.join(responder())));
    expect(new Set(joined.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(await responders.listByAlert(alertId)).toHaveLength(1);
  });
});
