import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { hook } from '../../functions/middleware/hook.ts';
import { lambdaContext } from '../support/fakes/lambda-context.ts';

const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  }
});
afterEach(() => void vi.restoreAllMocks());

test('a delivery about no alert: 200 that says why, one line, one metric of its own', async () => {
  const event = {
    pathParameters: { webhookKey: 's3cret-key' },
    requestContext: { requestId: 'request-7' },
    body: '{"event":{}}',
  };
  const answer = await hook(async () => ({
    nothing: { code: 'ping', message: 'The hook is reached.' },
    format: 'pagerduty',
    webhook: { id: 'wh_1', relayId: 'rly_1' },
  }))(event, lambdaContext('receive-alert'));

  expect(answer.statusCode).toBe(200);
  expect(JSON.parse(answer.body)).toEqual({ ignored: { code: 'ping', message: 'The hook is reached.' } });
  const [line, metric, ...others] = lines.map((each): unknown => JSON.parse(each));
  expect(others).toEqual([]);
  expect(line).toMatchObject({
    message: 'Delivery about no alert',
    code: 'ping',
    format: 'pagerduty',
    webhookId: 'wh_1',
  });
  expect(metric).toMatchObject({ DeliveriesIgnored: 1, code: 'ping' });
  expect(lines.join()).not.toContain('s3cret');
});
