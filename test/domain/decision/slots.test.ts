import { describe, expect, test } from 'vitest';
import { limits } from '../../../functions/contract/limits.ts';
import {
  noSlots,
  requestSlot,
  type SlotAnswer,
  type Slots,
  without,
} from '../../../functions/domain/decision/slots.ts';

const at = (seconds: number) => new Date(Date.parse('2027-03-01T12:00:00.000Z') + seconds * 1_000).toISOString();
const asking = (jobId: string, seconds: number, max = 2) => ({ jobId, max, at: at(seconds), until: at(86_400) });
const namesIn = ({ holders, waiting }: Slots) => ({
  holders: holders.map(({ jobId }) => jobId),
  waiting: waiting.map(({ jobId }) => jobId),
});

/** Jobs ask one after the other, a second apart. */
const asked = (jobs: string[], from: Slots = noSlots, max = 2): SlotAnswer =>
  jobs.reduce<SlotAnswer>(({ slots }, jobId, index) => requestSlot(slots, asking(jobId, index, max)), {
    slots: from,
    answer: { kind: 'held' },
  });

describe('slots', () => {
  test('as many as there are, then the others stand in line', () => {
    const { slots, answer } = asked(['a', 'b', 'c', 'd']);
    expect(namesIn(slots)).toEqual({ holders: ['a', 'b'], waiting: ['c', 'd'] });
    expect(answer).toEqual({ kind: 'wait', ahead: 1 });
  });

  test('who asks again has the slot, or the turn, from before', () => {
    const { slots } = asked(['a', 'b', 'c', 'd', 'a', 'd', 'c']);
    expect(namesIn(slots)).toEqual({ holders: ['a', 'b'], waiting: ['c', 'd'] });
    expect(requestSlot(slots, asking('a', 10))).toEqual({ slots, answer: { kind: 'held' } });
  });

  test('a slot that came back is for the first in line, whoever asks before', () => {
    const free = without(asked(['a', 'b', 'c', 'd']).slots, new Set(['a']));
    const late = requestSlot(free, asking('d', 10));
    expect(late.answer).toEqual({ kind: 'wait', ahead: 1 });
    const next = requestSlot(late.slots, asking('c', 11));
    expect(next.answer).toEqual({ kind: 'held' });
    expect(namesIn(next.slots)).toEqual({ holders: ['b', 'c'], waiting: ['d'] });
  });

  test('with a slot for each of those before it, one that asks first need not wait for them', () => {
    const free = without(asked(['a', 'b', 'c', 'd']).slots, new Set(['a', 'b']));
    const { slots, answer } = requestSlot(free, asking('d', 10));
    expect(answer).toEqual({ kind: 'held' });
    expect(namesIn(slots)).toEqual({ holders: ['d'], waiting: ['c'] });
  });

  test('one that was not heard of for three minutes does not hold up the others', () => {
    const free = without(asked(['a', 'b', 'gone', 'd']).slots, new Set(['a']));
    const still = requestSlot(free, asking('d', 181));
    expect(still.answer).toEqual({ kind: 'wait', ahead: 1 });
    expect(namesIn(requestSlot(still.slots, asking('d', 182)).slots)).toEqual({ holders: ['b', 'd'], waiting: [] });
  });

  test('waiting is noted once a minute, so that asking alone costs no write', () => {
    const { slots } = asked(['a', 'b', 'c']);
    expect(requestSlot(slots, asking('c', 61)).slots).toBe(slots);
    const noted = requestSlot(slots, asking('c', 62)).slots;
    expect(noted.waiting).toEqual([{ jobId: 'c', seenAt: at(62) }]);
  });

  test('a slot comes back at the latest when the longest session is over', () => {
    const slots = { holders: [{ jobId: 'lost', until: at(100) }], waiting: [] };
    expect(requestSlot(slots, asking('b', 99, 1)).answer).toEqual({ kind: 'wait', ahead: 0 });
    expect(namesIn(requestSlot(slots, asking('b', 100, 1)).slots)).toEqual({ holders: ['b'], waiting: [] });
  });

  test('a limit that was lowered lets nobody in until enough are over', () => {
    const { slots } = asked(['a', 'b', 'c'], noSlots, 3);
    const one = without(slots, new Set(['a', 'b']));
    expect(requestSlot(one, asking('d', 10, 1)).answer).toEqual({ kind: 'wait', ahead: 0 });
  });

  test('the line is bounded; one beside it waits too', () => {
    const { slots } = asked(Array.from({ length: limits.sessionsInLine + 2 }, (_, index) => `job_${index}`));
    const { slots: after, answer } = requestSlot(slots, asking('late', 110));
    expect(after).toBe(slots);
    expect(answer).toEqual({ kind: 'wait', ahead: undefined });
  });
});
