import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Fault } from '../../../../infra/local/faults/fault.ts';
import { FaultInjector } from '../../../../infra/local/faults/injector.ts';
import { taskWithFaults } from '../../../../infra/local/faults/task-faults.ts';
import { type LocalStack, startLocalStack } from '../../../../infra/local/local-stack.ts';
import { VirtualClock } from '../../../../infra/local/virtual-clock.ts';
import { eventually } from '../../../support/eventually.ts';
import { writeAssembly } from '../local-stack/assembly-fixture.ts';
import { temporaryFolder } from '../local-stack/folders.ts';
import { code, template } from '../local-stack/sample-template.ts';

const call = { service: 'dynamodb', operation: 'GetItem' } as const;
const forever = new AbortController().signal;

function inject(faults: Fault[], chance = () => 0) {
  const clock = new VirtualClock();
  const injector = new FaultInjector(clock, forever, chance);
  injector.set(faults);
  let done = 0;
  const work = async () => `done ${++done}`;
  const ask = () => injector.around(call, work, (kind) => kind as string);
  return { injector, ask, clock, done: () => done };
}

describe('a fault', () => {
  test.each([
    ['throttling', 'throttling', 0, 0],
    ['error', 'error', 0, 0],
    ['timeout', 'timeout', 0, 10_000],
    ['lost', 'lost', 1, 0],
    ['latency', 'done 1', 1, 1_000],
  ] as const)('%s answers %s after %i times of work and %i ms', async (kind, answer, times, ms) => {
    const { ask, done, clock } = inject([{ service: 'dynamodb', kind, rate: 1 }]);
    const from = clock.now();
    expect(await ask()).toBe(answer);
    expect(done()).toBe(times);
    expect(clock.now() - from).toBe(ms);
  });

  test('happens as often as its rate says, and is counted', async () => {
    let turn = 0;
    const { ask, injector } = inject([{ service: 'dynamodb', kind: 'error', rate: 0.5 }], () => (turn++ % 4) / 4);
    const answers = [await ask(), await ask(), await ask(), await ask()];
    expect(answers).toEqual(['error', 'error', 'done 1', 'done 2']);
    expect([...injector.counts]).toEqual([['dynamodb error', 2]]);
  });

  test('ends after so many times', async () => {
    const { ask } = inject([{ service: 'dynamodb', kind: 'error', rate: 1, times: 1 }]);
    expect([await ask(), await ask()]).toEqual(['error', 'done 1']);
  });

  test('of a call that an execution makes itself is its Task that fails, by the name of the service', async () => {
    const { injector } = inject([{ service: 'events', kind: 'throttling', rate: 1 }]);
    const put = taskWithFaults(injector, { service: 'events', operation: 'PutEvents' }, async () => 'put');
    await expect(put).rejects.toMatchObject({ error: 'EventBridge.ThrottlingException' });
  });
});

const output = ({ outputs }: LocalStack, name: string): string => outputs[name] ?? '';

const awsOptions = ({ awsEndpointUrl: endpoint }: LocalStack) => ({
  endpoint,
  region: 'eu-central-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});

describe('in a stack', () => {
  async function start(options: { concurrency?: number } = {}) {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const data = await temporaryFolder();
    const details: unknown[] = [];
    const stack = await startLocalStack({
      assembly: await writeAssembly(template, code),
      ...{ dataDirectory: `${data}/aws`, logDirectory: `${data}/logs`, port: 0, ...options },
      onEvent: ({ detail }) => details.push(detail),
    });
    onTestFinished(() => stack.stop());
    const post = (name: string) =>
      fetch(`${output(stack, 'HooksUrl')}/${name}`, { method: 'POST', body: JSON.stringify({ mode: name }) });
    const secrets = new SecretsManagerClient({ ...awsOptions(stack), maxAttempts: 2 });
    const read = () => secrets.send(new GetSecretValueCommand({ SecretId: output(stack, 'SecretArn') }));
    return { stack, details, post, read };
  }

  test('the SDK meets what it meets on AWS, and tries again', async () => {
    const { stack, read } = await start();
    for (const kind of ['throttling', 'error', 'lost'] as const) {
      stack.faults.set([{ service: 'secretsmanager', kind, rate: 1, times: 1 }]);
      expect((await read()).SecretString).toBeDefined();
      stack.faults.set([{ service: 'secretsmanager', kind, rate: 1 }]);
      await expect(read()).rejects.toThrow();
    }
    stack.faults.set([{ service: 'secretsmanager', kind: 'throttling', rate: 1 }]);
    await expect(read()).rejects.toMatchObject({ name: 'ThrottlingException', $metadata: { attempts: 2 } });
    expect(stack.faults.counts.get('secretsmanager lost')).toBe(3);
  });

  test('a function that is throttled, or dies, has its message again, and what waits for it goes on', async () => {
    const { stack, details, post } = await start();
    const faults: Fault[] = [
      { service: 'lambda', functionName: 'back', kind: 'throttling', rate: 1, times: 1 },
      { service: 'lambda', functionName: 'work', kind: 'latency', rate: 1, ms: 50, times: 1 },
    ];
    stack.faults.set(faults);
    expect((await post('one')).status).toBe(202);
    await eventually(() => expect(details).toEqual([{ worked: 'one' }]));
    expect([...stack.faults.counts.keys()].sort()).toEqual(['lambda latency', 'lambda throttling']);
  });

  test('a function that dies in the middle is the failure of its runtime', async () => {
    const { stack, post } = await start();
    stack.faults.set([{ service: 'lambda', functionName: 'work', kind: 'death', rate: 1 }]);
    await post('hang');
    const executionArn = `${output(stack, 'MachineArn').replace(':stateMachine:', ':execution:')}:hang`;
    const states = new SFNClient(awsOptions(stack));
    const described = () => states.send(new DescribeExecutionCommand({ executionArn }));
    await eventually(async () =>
      expect(await described()).toMatchObject({ status: 'FAILED', error: 'Runtime.ExitError' }),
    );
  });

  test('an account with one call at once throttles the others', async () => {
    const { post } = await start({ concurrency: 1 });
    const statuses = (await Promise.all([1, 2, 3, 4].map((n) => post(`at-once-${n}`)))).map(({ status }) => status);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0);
    expect(statuses.filter((status) => status === 202).length).toBeGreaterThan(0);
  });
});
