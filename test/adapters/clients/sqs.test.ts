import { expect, test, vi } from 'vitest';
import { sqsClient } from '../../../functions/adapters/clients/sqs.ts';

test('the client of the queues does without what a delivery does not need', () => {
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  const { config, middlewareStack } = sqsClient();
  expect(config).toMatchObject({ cacheMiddleware: true, md5: false });
  const names = middlewareStack.identify();
  expect(names).toEqual(expect.arrayContaining([expect.stringContaining('retryMiddleware')]));
  expect(names.filter((name) => /user-?agent/i.test(name))).toEqual([]);
  expect(sqsClient()).toBe(sqsClient());
});
