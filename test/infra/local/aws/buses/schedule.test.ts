import { expect, test, vi } from 'vitest';
import { startSchedule } from '../../../../../infra/local/aws/buses/schedule.ts';
import { VirtualClock } from '../../../../../infra/local/virtual-clock.ts';
import { eventually } from '../../../../support/eventually.ts';
import { account, region } from '../fixture.ts';

function scheduled(expression: string, target: (at: string) => Promise<void>) {
  const clock = new VirtualClock(Date.UTC(2027, 2, 1, 12));
  const stop = new AbortController();
  let start = () => {};
  startSchedule(expression, 'rule', ({ time }) => target(time), {
    ...{ clock, region, account, signal: stop.signal },
    whenUp: (given) => {
      start = given;
    },
  });
  return { start: () => start(), stop };
}

test('a rate calls its target one span after the stack is up, and again after each, whatever the target does', async () => {
  const times: string[] = [];
  const reported = vi.spyOn(console, 'error').mockImplementation(() => {});
  const { start, stop } = scheduled('rate(5 minutes)', async (time) => {
    times.push(time);
    if (times.length === 3) stop.abort(new Error('the stack stops'));
    throw new Error('broken');
  });
  expect(times).toEqual([]);
  start();
  await eventually(() => expect(times).toHaveLength(3));
  expect(times).toEqual(['2027-03-01T12:05:00Z', '2027-03-01T12:10:00Z', '2027-03-01T12:15:00Z']);
  expect(reported).toHaveBeenCalledTimes(2);
  reported.mockRestore();
});

test.each(['cron(0 12 * * ? *)', 'rate(0 minutes)', 'rate(5 weeks)'])('%s does not run here', (expression) => {
  expect(() => scheduled(expression, async () => {})).toThrow('no rate');
});
