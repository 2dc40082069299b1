import { beforeAll, expect, test, vi } from 'vitest';
import { environment } from '../../functions/contract/environment.ts';
import { lambdaContext } from '../support/fakes/lambda-context.ts';

beforeAll(() => {
  for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, 'write').mockReturnValue(true);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  for (const name of Object.values(environment)) vi.stubEnv(name, 'set');
});

test('the handler is exported inside the queue chain, for deliveries', async () => {
  const { handler } = await import('../../functions/route-alert/handler.ts');
  const event = { Records: [{ messageId: 'm1', body: '{"deliveryId":"dlv_1"}' }] };
  const answer = await handler(event, lambdaContext('route-alert'));
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
});
