import { beforeAll, expect, test, vi } from 'vitest';
import { environment } from '../../../functions/contract/environment.ts';
import { lambdaContext } from '../../support/fakes/lambda-context.ts';
import { fakeSqs } from '../../support/fakes/sqs.ts';
import { loadAnew } from '../../support/load-anew.ts';

beforeAll(() => {
  for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, 'write').mockReturnValue(true);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  for (const name of Object.values(environment)) vi.stubEnv(name, name === environment.stackBudget ? '{}' : 'set');
  vi.stubEnv(environment.deliveryQueueUrl, 'https://queue.example.com/deliveries');
});

test('the handler is exported inside the queue chain, for deliveries', async () => {
  const sqs = fakeSqs();
  loadAnew();
  const { handler } = await import('../../../functions/intake/route-alert/handler.ts');
  const attributes = { ApproximateReceiveCount: '1' };
  const record = { messageId: 'm1', receiptHandle: 'receipt', attributes, body: '{"deliveryId":"dlv_1"}' };
  const answer = await handler({ Records: [record] }, lambdaContext('route-alert'));
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
  const [call] = sqs.calls();
  expect(call).toMatchObject({ action: 'AmazonSQS.ChangeMessageVisibility', input: { VisibilityTimeout: 10 } });
});
