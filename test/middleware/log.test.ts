import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { lambdaContext } from '../support/fakes/lambda-context.ts';
import { loadAnew } from '../support/load-anew.ts';

loadAnew();
const { invocationLog, logger } = await import('../../functions/middleware/log.ts');

const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  vi.useFakeTimers({ now: new Date('2027-03-01T12:00:00.000Z') });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});
const said = () => lines.map((line): object => JSON.parse(line));

test('a line says when, how bad and by which function, and what the invocation is about', () => {
  vi.stubEnv('_X_AMZN_TRACE_ID', 'Root=1-65a-b1;Parent=c2;Sampled=1');
  invocationLog.before({ context: lambdaContext('poll-session') });
  logger.appendKeys({ jobId: 'job_1' });
  logger.appendKeys({ alertId: 'alr_1' });
  logger.warn('Session is odd', { state: 'busy' });
  expect(lines).toEqual([expect.stringMatching(/\}\n$/)]);
  expect(said()).toEqual([
    {
      level: 'WARN',
      message: 'Session is odd',
      timestamp: '2027-03-01T12:00:00.000Z',
      service: 'opencode-relay',
      cold_start: true,
      function_arn: 'arn:aws:lambda:eu-central-1:000000000000:function:poll-session',
      function_memory_size: '256',
      function_name: 'poll-session',
      function_request_id: 'request-1',
      xray_trace_id: '1-65a-b1',
      ...{ jobId: 'job_1', alertId: 'alr_1', state: 'busy' },
    },
  ]);
});

test('what one invocation is about stands on no line of the next, which is no cold start', () => {
  invocationLog.before({ context: lambdaContext() });
  logger.appendKeys({ jobId: 'job_1' });
  invocationLog.before({ context: { ...lambdaContext(), awsRequestId: 'request-2' } });
  logger.info('Task started');
  logger.error('Task failed');
  const next = { cold_start: false, function_request_id: 'request-2' };
  expect(said()).toMatchObject([
    { level: 'INFO', message: 'Task started', ...next },
    { level: 'ERROR', message: 'Task failed', ...next },
  ]);
  expect(lines.join('')).not.toContain('job_1');
});
