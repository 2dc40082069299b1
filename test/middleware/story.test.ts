import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RelayRunInput } from '../../functions/contract/relay-run.ts';
import type { StatusChange } from '../../functions/contract/status-change.ts';
import type { StormInput } from '../../functions/contract/storm.ts';
import { logger } from '../../functions/middleware/log.ts';
import {
  endedKeys,
  loggingRuns,
  loggingSessions,
  loggingStorms,
  namingJobs,
} from '../../functions/middleware/story.ts';
import { alertKeys, traceKey } from '../../functions/middleware/trace.ts';
import { executionArn, jobId, sampleExecution, sampleJob } from '../support/fakes/samples.ts';

const traceId = 'a'.repeat(32);
const traceparent = `00-${traceId}-${'b'.repeat(16)}-01`;
const input = { ...sampleExecution(), startedBy: { ...sampleExecution().startedBy, traceparent } };

const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  }
});
afterEach(() => {
  logger.resetKeys();
  vi.restoreAllMocks();
});
const said = () => lines.map((line): object => JSON.parse(line));

test('what is started has a line of its own, between the delivery and the execution', async () => {
  const starter = { start: async (name: string, _: object) => `arn:${name}` };
  const { alert, relay, rule, startedBy } = input;
  const run: RelayRunInput = {
    ...{ runId: 'run_1', alert, startedBy, relay: { ...relay, repeatPolicy: 'none' } },
    ...{ rounds: 1, repeatAfterSeconds: 300, groups: [], receivedAt: '2027-03-01T12:00:00.000Z' },
  };
  const storm: StormInput = {
    ...{ stormId: 'stm_1', relay, rule, checkAt: '2027-03-01T12:00:00.000Z' },
    settings: { threshold: 5, windowSeconds: 60, maxImmediate: 2 },
    firstHeld: { alertId: 'alr_1', title: 's3cret', traceparent },
  };
  expect(await loggingSessions(starter).start('job_1', input)).toBe('arn:job_1');
  await loggingRuns(starter).start('run_1', run);
  await loggingStorms(starter).start('stm_1', storm);
  const line = { message: 'Execution started', alertId: 'alr_1', traceId };
  expect(said()).toMatchObject([
    { ...line, jobId, executionArn: 'arn:job_1' },
    { ...line, runId: 'run_1', executionArn: 'arn:run_1' },
    { ...line, stormId: 'stm_1', executionArn: 'arn:stm_1' },
  ]);
  expect(lines.join()).not.toContain('s3cret');
});

test('what could not be started has none', async () => {
  const starter = { start: (_: string, __: object) => Promise.reject(new Error('throttled')) };
  await expect(loggingSessions(starter).start('job_1', input)).rejects.toThrow('throttled');
  expect(lines).toEqual([]);
});

test('once a job is found, every line has its alert and trace', async () => {
  const jobs = namingJobs({ get: async (id: string) => (id === jobId ? sampleJob({ input }) : undefined) });
  expect(await jobs.get('job_unknown')).toBeUndefined();
  logger.info('before');
  expect(await jobs.get(jobId)).toMatchObject({ id: jobId });
  logger.info('after');
  expect(said()[0]).not.toHaveProperty('alertId');
  expect(said()[1]).toMatchObject({ message: 'after', jobId, alertId: 'alr_1', traceId });
});

test('the end of an execution is told with what it was started with, as far as the event has it', () => {
  const detail: StatusChange['detail'] = { executionArn, name: 'run_1', status: 'ABORTED' };
  const ids = { runId: 'run_1', executionArn, executionStatus: 'ABORTED' };
  const keysOf = (text?: string | null) => endedKeys('runId')({ detail: { ...detail, input: text } });
  expect(keysOf(JSON.stringify(input))).toEqual({ ...ids, alertId: 'alr_1', traceId });
  for (const text of [undefined, null, '', 's3cret {', '{"stormId":"stm_1"}']) expect(keysOf(text)).toEqual(ids);
});

test('a delivery names its one alert, or the first of many', () => {
  expect(alertKeys(['alr_1'])).toEqual({ alertId: 'alr_1' });
  expect(alertKeys(['alr_1', 'alr_2'])).toEqual({ alertIds: ['alr_1', 'alr_2'] });
  expect(alertKeys(Array.from({ length: 3_000 }, (_, index) => `alr_${index}`))).toMatchObject({
    alertIds: { length: 20 },
  });
});

test('a trace that is not known is no key', () => {
  expect([traceKey(undefined), traceKey(null), traceKey(traceparent)]).toEqual([{}, {}, { traceId }]);
});
