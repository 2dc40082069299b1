import { expect, test } from 'vitest';
import { queryOf } from '../../../../../infra/commands/logs/insights.ts';
import { Insights } from '../../../../../infra/local/aws/logs/insights.ts';
import type { LogQuery, LogSource } from '../../../../../infra/local/aws/logs/source.ts';
import { eventually } from '../../../../support/eventually.ts';

/** A source of lines by their times, a page of one each. */
const sourceOf = (lines: Record<number, string>): LogSource => ({
  streams: () => [],
  async read({ from, until, wants, token }: LogQuery) {
    const events = Object.entries(lines)
      .map(([at, message]) => ({ timestamp: Number(at), message, logStreamName: 's', eventId: at }))
      .filter((event) => event.timestamp >= from && event.timestamp <= until && wants(event));
    const index = Number(token ?? 0);
    return {
      events: events.slice(index, index + 1),
      token: index + 1 < events.length ? String(index + 1) : undefined,
    };
  },
});
const groups = [
  { name: 'a', source: sourceOf({ 1000: 'job_1 begins', 3000: 'job_1 ends', 3500: 'job_2', 9000: 'job_1 late' }) },
  { name: 'b', source: sourceOf({ 2000: 'of alr_1', 0: 'job_1 early' }) },
  { name: 'silent', source: undefined },
];

test('the query of npm run logs is answered over all groups, page by page, in the order of time', async () => {
  const insights = new Insights('000000000000');
  const id = insights.start(groups, queryOf(['job_1', 'alr_1']), { startTime: 1, endTime: 3 });
  expect(insights.results(id)).toMatchObject({ status: 'Running', results: [] });
  await eventually(() => expect(insights.results(id)).toMatchObject({ status: 'Complete' }));
  expect(insights.results(id)).toMatchObject({
    results: [
      [
        { field: '@timestamp', value: '1970-01-01 00:00:01.000' },
        { field: '@log', value: '000000000000:a' },
        { field: '@message', value: 'job_1 begins' },
      ],
      expect.arrayContaining([{ field: '@message', value: 'of alr_1' }]),
      expect.arrayContaining([{ field: '@message', value: 'job_1 ends' }]),
    ],
  });
});

test.each(['', 'fields @message', 'stats count(*) by bin(5m)', queryOf(['job_1']).replace('@log', '@ptr')])(
  'any other query is refused: %s',
  (query) => {
    const insights = new Insights('000000000000');
    expect(() => insights.start(groups, query, { startTime: 0, endTime: 1 })).toThrow('none that is read here');
  },
);

test('a query that nobody has asked has no results', () => {
  expect(() => new Insights('000000000000').results('q')).toThrow('no query q');
});
