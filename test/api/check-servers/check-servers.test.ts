import { describe, expect, test } from 'vitest';
import { checkServers } from '../../../functions/api/check-servers/check-servers.ts';
import type { PermissionRule } from '../../../functions/contract/permissions.ts';
import type { ServerToCheck } from '../../../functions/contract/server-check.ts';
import { permissionsOf } from '../../../functions/domain/rule/permissions.ts';
import { TaskError } from '../../../functions/domain/task/errors.ts';
import type { SessionServer } from '../../../functions/ports.ts';
import { gitFolder } from '../../support/fakes/guards.ts';
import { type FakeServer, fakeServer, recognised } from '../../support/fakes/server.ts';

const target: ServerToCheck = {
  integrationId: 'int_1',
  endpoint: 'https://opencode.internal.corp:4096',
  model: { providerID: 'stub', modelID: 'stub-1' },
  agent: 'build',
  directory: '/srv/shop',
  permissions: permissionsOf('fix'),
  origins: ['https://opencode.internal.corp'],
  workspace: 'worktree',
  ruleName: 'Fix checkout',
};
/** Of a stock server. */
const stock: PermissionRule[] = [
  { action: '*', resource: '*', effect: 'allow' },
  { action: 'external_directory', resource: '*', effect: 'ask' },
  { action: 'doom_loop', resource: '*', effect: 'ask' },
  { action: 'read', resource: '*.env', effect: 'ask' },
];
const healthy: FakeServer = {
  recognise: async () => recognised,
  resolveDirectory: async (directory) => directory ?? '/srv',
  models: async () => [{ providerID: 'stub', modelIDs: ['stub-1'] }],
  agents: async () => ['build'],
  agentPermissions: async () => stock,
  isOpen: async () => false,
  gitFolder: async () => null,
};
const looks = (directory: string) => [`agentPermissions(${directory})`, 'isOpen()', `gitFolder(${directory})`];
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
    expect(calls).toEqual([
      'recognise',
      'resolveDirectory(/srv/shop)',
      'models(/srv/shop)',
      'agents(/srv/shop)',
      ...looks('/srv/shop'),
    ]);
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
    expect(calls).toEqual(['recognise', 'resolveDirectory()', ...looks('/srv')]);
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

  test('tells of the git folder what is compared, and nothing where there is none', async () => {
    const { findings } = await checked({ gitFolder: async () => gitFolder({ 'hooks/pre-commit': 'sh' }) }, target);
    expect(Object.keys(findings[0]?.repository?.state.files ?? {})).toEqual([
      'config',
      'hooks/pre-commit',
      'config core.bare',
    ]);
    expect(findings).toMatchObject([{ problems: [], repository: { directory: '/srv/shop' } }]);
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

  const asking = { action: 'bash', resource: 'git push*', effect: 'ask' } as const;
  const open: PermissionRule[] = [{ action: '*', resource: '*', effect: 'allow' }];
  test.each<[what: string, own: PermissionRule[], profile: 'fix' | 'server', codes: string[], says: RegExp]>([
    ['a stock server under "fix"', stock, 'fix', [], /^$/],
    ['a stock server on its own', stock, 'server', ['agent_asks'], /external_directory \*, doom_loop \*, read \*\.env/],
    ['an ask that the operator added', [...stock, asking], 'fix', ['agent_asks'], /blocked: bash git push\*\.$/],
    ['a server that allows all, on its own', open, 'server', ['agent_unlimited'], /nothing is denied/],
    ['a server that allows all, under "fix"', open, 'fix', [], /^$/],
  ])('%s', async (_, own, profile, codes, says) => {
    const permissions = permissionsOf(profile);
    const { findings } = await checked({ agentPermissions: async () => own }, { ...target, permissions });
    expect(findings[0]?.problems.map(({ code }) => code)).toEqual(codes);
    expect(findings[0]?.problems[0]?.message ?? '').toMatch(says);
  });

  test('a server that answers without a password is told', async () => {
    const { findings } = await checked({ isOpen: async () => true }, target);
    expect(findings[0]?.problems).toMatchObject([{ code: 'server_without_password' }]);
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
      gitFolder: async () => {
        setImmediate(() => ring());
        return null;
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
