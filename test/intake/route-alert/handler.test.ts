import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeAll, expect, test, vi } from 'vitest';
import { environment } from '../../../functions/contract/environment.ts';
import { lambdaContext } from '../../support/fakes/lambda-context.ts';
import { loadAnew } from '../../support/load-anew.ts';
import { mockClient } from '../../support/mock-client.ts';

const sqs = mockClient(SQSClient);

beforeAll(() => {
  for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, 'write').mockReturnValue(true);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  for (const name of Object.values(environment)) vi.stubEnv(name, name === environment.stackBudget ? '{}' : 'set');
  sqs.on(ChangeMessageVisibilityCommand).resolves({});
});

test('the handler is exported inside the queue chain, for deliveries', async () => {
  loadAnew();
  const { handler } = await import('../../../functions/intake/route-alert/handler.ts');
  const attributes = { ApproximateReceiveCount: '1' };
  const record = { messageId: 'm1', receiptHandle: 'receipt', attributes, body: '{"deliveryId":"dlv_1"}' };
  const answer = await handler({ Records: [record] }, lambdaContext('route-alert'));
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
  expect(sqs.commandCalls(ChangeMessageVisibilityCommand)[0]?.args[0].input).toMatchObject({ VisibilityTimeout: 10 });
});
