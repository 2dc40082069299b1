import { describe, expect, test } from 'vitest';
import { checkServers } from '../../../functions/api/check-servers/check-servers.ts';
import type { ServerToCheck } from '../../../functions/contract/server-check.ts';
import { TaskError } from '../../../functions/domain/task/errors.ts';
import type { SessionServer } from '../../../functions/ports.ts';
import { type FakeServer, fakeServer, recognised } from '../../support/fakes/server.ts';

const target: ServerToCheck = {
  integrationId: 'int_1',
  endpoint: 'https://opencode.internal.corp:4096',
  model: { providerID: 'stub', modelID: 'stub-1' },
  agent: 'build',
  directory: '/srv/shop',
  origins: ['https://opencode.internal.corp'],
  workspace: 'worktree',
  ruleName: 'Fix checkout',
};
const healthy: FakeServer = {
  recognise: async () => recognised,
  resolveDirectory: async (directory) => directory ?? '/srv',
  models: async () => [{ providerID: 'stub', modelIDs: ['stub-1'] }],
  agents: async () => ['build'],
};
const never = () => new Promise<never>(() => {});
const patient = { sleep: never };

const checked = async (methods: FakeServer, ...targets: ServerToCheck[]) => {
  const { servers, calls } = fakeServer({ ...healthy, ...methods });
  const { findings } = await checkServers({ servers, clock: patient }, { servers: targets });
  return { findings, calls };
};

describe('a look at the server of a rule', () => {
  test('tells its version, and changes nothing there', async () => {
    const { findings, calls } = await checked({}, target);
    expect(findings).toEqual([{ version: '1.18.33', problems: [] }]);
    expect(calls).toEqual(['recognise', 'resolveDirectory(/srv/shop)', 'models(/srv/shop)', 'agents(/srv/shop)']);
  });

  test('says so where its version is taken on trust, and goes on', async () => {
    const untested = 'No released 2.x was run.';
    const recognise = async () => ({ version: '2.0.26', dialect: 'v2', untested }) as const;
    const { findings } = await checked({ recognise, agents: async () => [] }, target);
    expect(findings).toMatchObject([
      { version: '2.0.26', problems: [{ code: 'server_untested', message: untested }, { code: 'unknown_agent' }] },
    ]);
  });

  test('asks for no model or agent that the rule leaves to the server', async () => {
    const { calls } = await checked({}, { ...target, model: null, agent: null, directory: null });
    expect(calls).toEqual(['recognise', 'resolveDirectory()']);
  });

  test.each<[what: string, Partial<FakeServer>, problems: RegExp[]]>([
    ['records changes', { headCommit: async () => 'a', takesSnapshots: async () => true }, []],
    ['takes no snapshots', { headCommit: async () => 'a', takesSnapshots: async () => false }, [/"snapshot": false/]],
    ['has no repository', { headCommit: async () => null }, [/no git repository/]],
  ])('tells of a shared directory whether it %s', async (_, methods, problems) => {
    const { findings } = await checked(methods, { ...target, workspace: 'shared' });
    const told = problems.map((message) => ({ code: 'changes_not_recorded', message: expect.stringMatching(message) }));
    expect(findings).toEqual([{ version: '1.18.33', problems: told }]);
  });

  const failing = (name: ConstructorParameters<typeof TaskError>[0]) => () =>
    Promise.reject(new TaskError(name, `Told by ${name}.`));
  const cases: [method: keyof FakeServer, name: ConstructorParameters<typeof TaskError>[0], code: string][] = [
    ['recognise', 'ServerUnreachable', 'server_unreachable'],
    ['recognise', 'CredentialsRejected', 'credentials_rejected'],
    ['recognise', 'ServerUnsupported', 'server_unsupported'],
    ['recognise', 'SessionFailed', 'server_not_checked'],
    ['resolveDirectory', 'WorkspaceFailed', 'directory_not_usable'],
    ['models', 'ServerUnreachable', 'server_not_checked'],
  ];
  test.each(cases)('%s fails with %s: %s', async (method, name, code) => {
    const { findings } = await checked({ [method]: failing(name) }, target);
    const version = method === 'recognise' ? null : '1.18.33';
    expect(findings).toEqual([{ version, problems: [{ code, message: `Told by ${name}.` }] }]);
  });

  test('an unknown model and an unknown agent are both told, with what there is', async () => {
    const { findings } = await checked(
      { models: async () => [{ providerID: 'stub', modelIDs: ['stub-2'] }], agents: async () => ['plan'] },
      target,
    );
    expect(findings[0]?.problems).toEqual([
      { code: 'unknown_model', message: expect.stringMatching(/has stub-2.*of rule "Fix checkout"/) },
      { code: 'unknown_agent', message: expect.stringMatching(/has plan\. Correct config\.agent/) },
    ]);
  });

  test('what is our own fault is thrown', async () => {
    await expect(checked({ recognise: () => Promise.reject(new Error('ours')) }, target)).rejects.toThrow('ours');
  });
});

describe('many servers', () => {
  test('each has its answer, in order, and no more than 16 are asked at once', async () => {
    let open = 0;
    let most = 0;
    const resolveDirectory: SessionServer['resolveDirectory'] = async (directory) => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setImmediate(resolve));
      open--;
      if (directory === '/12') throw new TaskError('WorkspaceFailed', 'not there');
      return '/srv';
    };
    const targets = Array.from({ length: 40 }, (_, index) => ({ ...target, directory: `/${index}` }));
    const { findings } = await checked({ resolveDirectory }, ...targets);
    expect(findings.flatMap(({ problems }, index) => (problems.length > 0 ? [index] : []))).toEqual([12]);
    expect(findings).toHaveLength(40);
    expect(most).toBe(16);
  });

  test('one that hangs keeps nothing from the others: at the deadline it is told as not checked', async () => {
    const { promise: deadline, resolve: ring } = Promise.withResolvers<void>();
    const slept: number[] = [];
    const sleep = (ms: number) => {
      slept.push(ms);
      return deadline;
    };
    const { servers } = fakeServer({
      ...healthy,
      resolveDirectory: (directory) => (directory === '/hangs' ? never() : Promise.resolve('/srv')),
      agents: async () => {
        setImmediate(() => ring());
        return ['build'];
      },
    });
    const input = { servers: [{ ...target, directory: '/hangs' }, target] };
    const { findings } = await checkServers({ servers, clock: { sleep } }, input);
    expect(slept).toEqual([5_500]);
    expect(findings).toMatchObject([
      { version: null, problems: [{ code: 'server_not_checked' }] },
      { version: '1.18.33', problems: [] },
    ]);
  });
});
