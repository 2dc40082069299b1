import { expect, test, vi } from 'vitest';
import { environment } from '../../../functions/contract/environment.ts';
import { httpEvent } from '../../support/api-client.ts';
import { lambdaContext } from '../../support/fakes/lambda-context.ts';
import { loadAnew } from '../../support/load-anew.ts';

test('manage exports its handler inside the API chain', async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  for (const name of Object.values(environment)) vi.stubEnv(name, name === environment.stackBudget ? '{}' : 'set');
  vi.stubEnv(environment.tokenRatePerSecond, '50');
  vi.stubEnv(environment.frontHeader, '');
  loadAnew();
  const { handler } = await import('../../../functions/api/manage/handler.ts');
  const answer = await handler(httpEvent('GET', '/v0/relay', { headers: {} }), lambdaContext('manage'));
  expect(answer).toMatchObject({ statusCode: 401, headers: { 'x-request-id': 'api-request-1' } });
});
