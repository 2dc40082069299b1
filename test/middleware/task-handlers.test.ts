import { beforeAll, expect, test, vi } from 'vitest';
import { environment } from '../../functions/contract/environment.ts';
import { lambdaContext } from '../support/fakes/lambda-context.ts';

const handlers = {
  'check-servers': () => import('../../functions/api/check-servers/handler.ts'),
  'create-session': () => import('../../functions/session/create-session/handler.ts'),
  'send-prompt': () => import('../../functions/session/send-prompt/handler.ts'),
  'poll-session': () => import('../../functions/session/poll-session/handler.ts'),
  'abort-session': () => import('../../functions/session/abort-session/handler.ts'),
  'collect-result': () => import('../../functions/session/collect-result/handler.ts'),
  'session-stopped': () => import('../../functions/session/session-stopped/handler.ts'),
};

beforeAll(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  for (const name of Object.values(environment)) vi.stubEnv(name, name === environment.stackBudget ? '{}' : 'set');
});

test.each(Object.entries(handlers))('%s exports its handler inside the task chain', async (name, load) => {
  const { handler } = await load();
  const answer: unknown = Reflect.apply(handler, undefined, [{ unknown: 'event' }, lambdaContext(name)]);
  await expect(answer).rejects.toMatchObject({ name: 'RelayFailed' });
});
