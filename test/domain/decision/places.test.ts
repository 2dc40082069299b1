import { describe, expect, test } from 'vitest';
import { limits } from '../../../functions/contract/limits.ts';
import { type Asked, ask, noPlaces, type Places, without } from '../../../functions/domain/decision/places.ts';

const at = (seconds: number) => new Date(Date.parse('2027-03-01T12:00:00.000Z') + seconds * 1_000).toISOString();
const asking = (jobId: string, seconds: number, max = 2) => ({ jobId, max, at: at(seconds), until: at(86_400) });
const namesIn = ({ holders, waiting }: Places) => ({
  holders: holders.map(({ jobId }) => jobId),
  waiting: waiting.map(({ jobId }) => jobId),
});

/** Jobs ask one after the other, a second apart. */
const asked = (jobs: string[], from: Places = noPlaces, max = 2): Asked =>
  jobs.reduce<Asked>(({ places }, jobId, index) => ask(places, asking(jobId, index, max)), {
    places: from,
    answer: { kind: 'held' },
  });

describe('places', () => {
  test('as many as there are, then the others stand in line', () => {
    const { places, answer } = asked(['a', 'b', 'c', 'd']);
    expect(namesIn(places)).toEqual({ holders: ['a', 'b'], waiting: ['c', 'd'] });
    expect(answer).toEqual({ kind: 'wait', ahead: 1 });
  });

  test('who asks again has the place, or the turn, from before', () => {
    const { places } = asked(['a', 'b', 'c', 'd', 'a', 'd', 'c']);
    expect(namesIn(places)).toEqual({ holders: ['a', 'b'], waiting: ['c', 'd'] });
    expect(ask(places, asking('a', 10))).toEqual({ places, answer: { kind: 'held' } });
  });

  test('a place that came back is for the first in line, whoever asks before', () => {
    const free = without(asked(['a', 'b', 'c', 'd']).places, new Set(['a']));
    const late = ask(free, asking('d', 10));
    expect(late.answer).toEqual({ kind: 'wait', ahead: 1 });
    const next = ask(late.places, asking('c', 11));
    expect(next.answer).toEqual({ kind: 'held' });
    expect(namesIn(next.places)).toEqual({ holders: ['b', 'c'], waiting: ['d'] });
  });

  test('with a place for each of those before it, one that asks first need not wait for them', () => {
    const free = without(asked(['a', 'b', 'c', 'd']).places, new Set(['a', 'b']));
    const { places, answer } = ask(free, asking('d', 10));
    expect(answer).toEqual({ kind: 'held' });
    expect(namesIn(places)).toEqual({ holders: ['d'], waiting: ['c'] });
  });

  test('one that was not heard of for three minutes does not hold up the others', () => {
    const free = without(asked(['a', 'b', 'gone', 'd']).places, new Set(['a']));
    const still = ask(free, asking('d', 181));
    expect(still.answer).toEqual({ kind: 'wait', ahead: 1 });
    expect(namesIn(ask(still.places, asking('d', 182)).places)).toEqual({ holders: ['b', 'd'], waiting: [] });
  });

  test('waiting is noted once a minute, so that asking alone costs no write', () => {
    const { places } = asked(['a', 'b', 'c']);
    expect(ask(places, asking('c', 61)).places).toBe(places);
    const noted = ask(places, asking('c', 62)).places;
    expect(noted.waiting).toEqual([{ jobId: 'c', seenAt: at(62) }]);
  });

  test('a place comes back at the latest when the longest session is over', () => {
    const places = { holders: [{ jobId: 'lost', until: at(100) }], waiting: [] };
    expect(ask(places, asking('b', 99, 1)).answer).toEqual({ kind: 'wait', ahead: 0 });
    expect(namesIn(ask(places, asking('b', 100, 1)).places)).toEqual({ holders: ['b'], waiting: [] });
  });

  test('a limit that was lowered lets nobody in until enough are over', () => {
    const { places } = asked(['a', 'b', 'c'], noPlaces, 3);
    const one = without(places, new Set(['a', 'b']));
    expect(ask(one, asking('d', 10, 1)).answer).toEqual({ kind: 'wait', ahead: 0 });
  });

  test('the line is bounded; one beside it waits too', () => {
    const { places } = asked(Array.from({ length: limits.sessionsInLine + 2 }, (_, index) => `job_${index}`));
    const { places: after, answer } = ask(places, asking('late', 110));
    expect(after).toBe(places);
    expect(answer).toEqual({ kind: 'wait', ahead: undefined });
  });
});
