import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { taskInputs } from '../../functions/contract/execution.ts';
import { TaskError } from '../../functions/domain/task/errors.ts';
import { executionIds, task } from '../../functions/middleware/task.ts';
import { lambdaContext } from '../support/fakes/lambda-context.ts';
import { executionArn, jobId, sampleExecution } from '../support/fakes/samples.ts';

const input = { execution: sampleExecution(), executionArn, startedAt: '2027-03-01T12:00:00.000Z' };

describe('task chain', () => {
  const lines: string[] = [];

  beforeEach(() => {
    lines.length = 0;
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
    }
  });
  afterEach(() => vi.restoreAllMocks());

  const invoke = (run: () => Promise<object>, event = input) =>
    task({ schema: taskInputs.createSession, ids: executionIds, run })(event, lambdaContext('create-session'));

  test('gives the result through and logs its codes only, under the ids of the execution', async () => {
    const result = { state: 'running', activity: 'said: s3cret', ending: { cause: 's3cret' } };
    expect(await invoke(async () => result)).toEqual(result);
    const finished = JSON.parse(lines.at(-1) ?? '{}');
    expect(finished).toMatchObject({
      message: 'Task finished',
      state: 'running',
      jobId,
      alertId: 'alr_1',
      executionArn,
    });
    expect(lines.join()).not.toContain('s3cret');
  });

  test('a field that another release has written is left out, and named in the log', async () => {
    const seen: unknown[] = [];
    const chain = task({
      schema: taskInputs.createSession,
      ids: executionIds,
      run: async (event) => {
        seen.push(event);
        return {};
      },
    });
    const written = { ...input, execution: { ...input.execution, addedLater: 's3cret' } };
    await chain(written, lambdaContext('create-session'));
    expect(seen).toEqual([taskInputs.createSession.parse(input)]);
    const warned = lines.map((line) => JSON.parse(line)).find(({ level }) => level === 'WARN');
    expect(warned).toMatchObject({ fields: ['execution.addedLater'] });
    expect(lines.join()).not.toContain('s3cret');
  });

  test('a TaskError leaves as it is', async () => {
    const error = new TaskError('WorkspaceFailed', 'Name a repository.');
    await expect(invoke(() => Promise.reject(error))).rejects.toBe(error);
  });

  test('a session that waits is no trouble', async () => {
    const error = new TaskError('SlotNotFree', 'The session waits.');
    await expect(invoke(() => Promise.reject(error))).rejects.toBe(error);
    expect(JSON.parse(lines.at(-1) ?? '{}')).toMatchObject({ level: 'INFO', message: 'Task waits', jobId });
  });

  const faults: [what: string, error: unknown][] = [
    ['a parser that quotes its text', new SyntaxError('Unexpected token: s3cret')],
    ['a rejected header', new TypeError('Basic s3cret is no legal value', { cause: 's3cret' })],
    ['a thrown text', 's3cret'],
  ];
  test.each(faults)(
    '%s leaves under a stable name, without its message, and is not logged either',
    async (_, fault) => {
      const error: unknown = await invoke(() => Promise.reject(fault)).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ name: 'RelayFailed', message: expect.stringContaining('request-1') });
      expect(error).not.toHaveProperty('cause');
      expect(error).not.toHaveProperty('originalError');
      expect(lines.join()).toContain('Task failed');
      expect(lines.join()).not.toContain('s3cret');
    },
  );

  test('an error of AWS is logged with its message, which names action and resource', async () => {
    const denied = Object.assign(new Error('not authorized to perform: s3:PutObject'), { $fault: 'client' });
    await expect(invoke(() => Promise.reject(denied))).rejects.toMatchObject({ name: 'RelayFailed' });
    expect(lines.join()).toContain('s3:PutObject');
  });

  test('an input that does not fit never reaches the function', async () => {
    const run = vi.fn(async () => ({}));
    await expect(invoke(run, { ...input, startedAt: 's3cret' })).rejects.toMatchObject({
      name: 'RelayFailed',
    });
    expect(run).not.toHaveBeenCalled();
    expect(lines.join()).not.toContain('s3cret');
  });

  test('the ids of one invocation do not stand in the log of the next', async () => {
    await invoke(async () => ({}));
    lines.length = 0;
    await invoke(async () => ({}), { ...input, executionArn: 'arn:second' });
    expect(lines.join()).not.toContain(executionArn);
  });
});
