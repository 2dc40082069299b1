import { describe, expect, test } from 'vitest';
import { type CallOrigin, CallQueue, callLimits } from '../../../../infra/local/lambda/call-queue.ts';
import { LostTime } from '../../../../infra/local/lambda/lost-time.ts';

/** Calls that note the order of their turns; `turns` after all that is ready has happened. */
function newQueue(limits = { atOnce: 4, kept: 1, mostWaiting: 3 }) {
  const queue = new CallQueue(limits);
  const log: string[] = [];
  const call = (name: string, origin: CallOrigin = {}): void => {
    void queue.enter(origin).then((refusal) => log.push(refusal ? `${name} ${refusal}` : name));
  };
  const turns = async () => {
    await new Promise((done) => setImmediate(done));
    return log.splice(0);
  };
  return { queue, call, turns };
}

const names = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

describe('the queue of calls', () => {
  test('bounds the calls of all functions together, and leaves the door a slot that background calls do not take', async () => {
    const { call, turns } = newQueue();
    for (const name of names('b', 5)) call(name);
    expect(await turns()).toEqual(['b0', 'b1', 'b2']);
    call('door', { lane: 'door' });
    call('late', { lane: 'door' });
    expect(await turns()).toEqual(['door']);
  });

  test('lets the door in before what came earlier, and leaves background calls a slot too', async () => {
    const { queue, call, turns } = newQueue();
    for (const name of names('d', 3)) call(name, { lane: 'door' });
    call('b0');
    call('b1');
    call('d3', { lane: 'door' });
    expect(await turns()).toEqual(['d0', 'd1', 'd2', 'b0']);
    queue.leave('door');
    expect(await turns()).toEqual(['d3']);
    queue.leave('background');
    expect(await turns()).toEqual(['b1']);
  });

  test('refuses a call of the door only when as many wait as may, and never one from the background', async () => {
    const { call, turns } = newQueue();
    for (const name of names('d', 7)) call(name, { lane: 'door' });
    expect(await turns()).toEqual(['d0', 'd1', 'd2', 'd6 full']);
    for (const name of names('b', 100)) call(name);
    expect(await turns()).toEqual(['b0']);
  });

  test('drops a call whose caller is gone before its turn, and makes room in the queue', async () => {
    const { queue, call, turns } = newQueue();
    const caller = new AbortController();
    for (const name of names('d', 5)) call(name, { lane: 'door' });
    call('gone', { lane: 'door', signal: caller.signal });
    await turns();
    caller.abort();
    expect(await turns()).toEqual(['gone gone']);
    call('d5', { lane: 'door' });
    for (let left = 0; left < 3; left++) queue.leave('door');
    expect(await turns()).toEqual(['d3', 'd4', 'd5']);
    expect(await queue.enter({ signal: caller.signal })).toBe('gone');
  });

  test('runs a call that a running call makes although every slot is taken, so that none waits for itself', async () => {
    const { call, turns } = newQueue();
    for (const name of names('d', 4)) call(name, { lane: 'door' });
    for (const name of names('b', 4)) call(name);
    await turns();
    call('nested', { lane: 'nested' });
    expect(await turns()).toEqual(['nested']);
  });

  test('tells a call of the time for which it waited', async () => {
    let now = 0;
    const lost = new LostTime(() => now);
    const { queue, call, turns } = newQueue({ atOnce: 2, kept: 1, mostWaiting: 1 });
    call('first');
    call('second', { lost });
    now = 5_000;
    expect(lost.ms).toBe(5_000);
    queue.leave();
    await turns();
    now = 9_000;
    expect(lost.ms).toBe(5_000);
  });

  test('ends with what waits and what comes', async () => {
    const { queue, call, turns } = newQueue();
    for (const name of names('b', 4)) call(name);
    await turns();
    queue.stop();
    expect(await turns()).toEqual(['b3 stopped']);
    expect(await queue.enter({})).toBe('stopped');
  });

  test.each([
    [1, 8],
    [2, 8],
    [4, 16],
    [64, 32],
  ])('on %i cores runs %i calls at once', (cores, atOnce) => {
    expect(callLimits({ cores })).toMatchObject({ atOnce, kept: atOnce / 4 });
  });
});
