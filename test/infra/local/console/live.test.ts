import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Live } from '../../../../infra/local/console/live.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A stream whose other side reads nothing, and what waits for it. */
function open(live: Live) {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  const written: string[] = [];
  const write = response.write.bind(response);
  vi.spyOn(response, 'write').mockImplementation((text: string) => {
    written.push(text);
    return write(text);
  });
  live.add(response);
  return { response, written };
}

test('a stream on which nothing happens is told that it is alive, three times a minute', () => {
  const live = new Live();
  const { written } = open(live);
  vi.advanceTimersByTime(60_000);
  expect(written).toEqual(['retry: 1000\n\n', ...new Array(3).fill(': alive\n\n')]);
  live.close();
  vi.advanceTimersByTime(60_000);
  expect(written).toHaveLength(4);
});

test('a page that does not read is let go before it fills the memory, and makes room for others', () => {
  const live = new Live();
  const { response } = open(live);
  let notices = 0;
  for (; notices < 1_000 && !response.destroyed; notices++) {
    for (let number = 0; number < 50; number++) live.alertChanged(`alr_${String(number).padStart(32, '0')}`);
    vi.advanceTimersByTime(250);
  }
  expect(response.destroyed).toBe(true);
  expect(response.writableLength).toBeLessThan(300_000);
  live.close();
});
