import { describe, expect, test } from 'vitest';
import { type LintDeps, lint } from '../../../../functions/api/manage/lint/lint.ts';
import { ApiRefusal } from '../../../../functions/api/manage/refusal.ts';
import type { GitState } from '../../../../functions/contract/git-state.ts';
import type { ServerFindings } from '../../../../functions/contract/server-check.ts';
import type { Catalogue } from '../../../../functions/domain/catalogue/catalogue.ts';
import { gitStateOf } from '../../../../functions/domain/repository/git-state.ts';
import {
  enterRepository,
  leaveRepository,
  type RepositoryGuard,
  repositoryId,
} from '../../../../functions/domain/repository/repository-guard.ts';
import { permissionsOf } from '../../../../functions/domain/rule/permissions.ts';
import type { Rule } from '../../../../functions/domain/rule/rule.ts';
import { sampleIntegration, sampleRelay, sampleRule } from '../../../support/fakes/alert-samples.ts';
import { sampleCatalogue, serviceEntry } from '../../../support/fakes/catalogues.ts';
import { fakeGuards, gitFolder } from '../../../support/fakes/guards.ts';
import { sampleWebhook } from '../../../support/fakes/intake.ts';
import { fakeLooks } from '../../../support/fakes/looks.ts';
import { fakeWebhooks } from '../../../support/fakes/webhooks.ts';

const reached: ServerFindings = { version: '1.18.33', problems: [] };
const endpoint = 'https://opencode.internal.corp:4096';

const integration = {
  ...sampleIntegration,
  binding: { origins: [endpoint, 'http://opencode.internal.corp'], from: 'owner' as const },
};

function prepare(rules: Rule[], findings: ServerFindings[] | Error = [], guards = fakeGuards(), catalogue?: Catalogue) {
  const looks = fakeLooks([], findings);
  const deps: LintDeps = {
    ...looks,
    guards: guards.store,
    relays: { get: async (id) => (id === sampleRelay.id ? sampleRelay : undefined) },
    rules: { listByRelay: async () => rules },
    catalogue: { current: async () => catalogue },
    integrations: { get: async (id) => (id === sampleIntegration.id ? integration : undefined) },
    webhooks: fakeWebhooks([sampleWebhook({ auth: { scheme: 'bearer', versions: [{ id: 'v1', secrets: 1 }] } })]),
  };
  const issues = async (live: boolean) => {
    const result = await lint(deps, 'rly_1', { live });
    if (result instanceof ApiRefusal) throw new Error(result.message);
    return result.issues;
  };
  return { ...looks, deps, issues };
}

describe('lint', () => {
  test('an unknown relay is not found', async () => {
    expect(await lint(prepare([]).deps, 'rly_2', {})).toMatchObject({ status: 404 });
  });

  test('asks no server unless it is told to', async () => {
    const { issues, asked } = prepare([sampleRule()]);
    expect(await issues(false)).toEqual([]);
    expect(asked).toEqual([]);
  });

  test('live tells the version of each server, in the order of the rules', async () => {
    const openCodeModel = { providerID: 'anthropic', modelID: 'claude' };
    const other = sampleRule(
      { id: 'rul_2', order: 1, name: 'Other' },
      { openCodeModel, config: { directory: '/srv' } },
    );
    const { issues, asked } = prepare([sampleRule(), other], [reached, { ...reached, version: '1.18.4' }]);
    expect(await issues(true)).toMatchObject([
      { severity: 'info', code: 'rule.server_reached', ruleId: 'rul_1', details: { endpoint, version: '1.18.33' } },
      { severity: 'info', code: 'rule.server_reached', ruleId: 'rul_2', details: { endpoint, version: '1.18.4' } },
    ]);
    const { origins } = integration.binding;
    const permissions = permissionsOf('fix');
    const common = { integrationId: 'int_1', endpoint, agent: null, permissions, origins, workspace: 'worktree' };
    expect(asked).toEqual([
      [
        { ...common, model: null, directory: null, ruleName: 'Fix checkout' },
        { ...common, model: openCodeModel, directory: '/srv', ruleName: 'Other' },
      ],
    ]);
  });

  test('live tells what a server refuses, beside its version', async () => {
    const problems: ServerFindings['problems'] = [
      { code: 'unknown_model', message: 'The server has no model "m".' },
      { code: 'unknown_agent', message: 'The server has no agent "a".' },
    ];
    const { issues } = prepare([sampleRule()], [{ ...reached, problems }]);
    expect(await issues(true)).toMatchObject([
      { code: 'rule.server_reached' },
      { severity: 'error', code: 'rule.unknown_model', message: 'Rule "Fix checkout": The server has no model "m".' },
      { severity: 'error', code: 'rule.unknown_agent', relayId: 'rly_1', ruleId: 'rul_1' },
    ]);
  });

  test('a server whose rule cannot start anyway gets no password', async () => {
    const rules = [
      sampleRule({ id: 'rul_1', enabled: false }),
      sampleRule({ id: 'rul_2', order: 1 }, { endpoint: 'http://opencode.internal.corp' }),
      sampleRule({ id: 'rul_3', order: 2 }, { integrationId: 'int_2' }),
      sampleRule({ id: 'rul_4', order: 3 }, { pollInterval: 7 }),
    ];
    const { issues, asked } = prepare(rules);
    const codes = (await issues(true)).map(({ code }) => code);
    expect(codes).toEqual(['rule.endpoint_not_allowed', 'rule.unknown_integration', 'rule.invalid_config']);
    expect(asked).toEqual([]);
  });

  test('live asks the servers of entries too, each once, and tells what is wrong there by their names', async () => {
    const entries = [serviceEntry('a'), serviceEntry('b'), { ...serviceEntry('c'), directory: '/srv/a' }];
    const problems: ServerFindings['problems'] = [{ code: 'directory_not_usable', message: 'There is no /srv/b.' }];
    const rule = sampleRule({}, { config: { catalogue: true } });
    const findings = [reached, { ...reached, problems }];
    const { issues, asked } = prepare([rule], findings, fakeGuards(), sampleCatalogue(entries));
    expect(await issues(true)).toMatchObject([
      { code: 'rule.server_reached', message: expect.stringMatching(/^Rule "Fix checkout", entry "a": /) },
      { code: 'rule.directory_not_usable', message: 'Rule "Fix checkout", entry "b": There is no /srv/b.' },
    ]);
    // No session starts by what the rule says alone.
    expect(asked[0]?.map(({ directory }) => directory)).toEqual(['/srv/a', '/srv/b']);
  });

  test('a check that fails leaves the rest of the answer and is logged', async () => {
    const { issues, warnings } = prepare([sampleRule(), sampleRule({ id: 'rul_2' })], new Error('timed out'));
    expect(await issues(true)).toMatchObject([
      { severity: 'warning', code: 'rule.server_not_checked', ruleId: 'rul_1' },
      { severity: 'warning', code: 'rule.server_not_checked', ruleId: 'rul_2' },
    ]);
    expect(warnings).toEqual(['Servers not checked']);
  });

  describe('of a git folder', () => {
    const directory = '/srv/shop';
    const id = repositoryId(endpoint, directory);
    const clean = gitStateOf(gitFolder());
    const hooked = gitStateOf(gitFolder({ 'hooks/pre-commit': 'sh' }));
    const told = async (state: GitState, guard?: RepositoryGuard) => {
      const guards = fakeGuards();
      if (guard) await guards.store.write(id, guard, 0);
      const { issues } = prepare([sampleRule()], [{ ...reached, repository: { directory, state } }], guards);
      return (await issues(true)).filter(({ code }) => code.startsWith('rule.git_folder'));
    };
    const { guard: entered } = enterRepository(undefined, clean, { jobId: 'job_1', at: '2027-03-01T12:00:00.000Z' });

    test('nothing is wrong with one that is as it was accepted, or that no session has seen yet', async () => {
      expect(await told(clean, entered)).toEqual([]);
      expect(await told(hooked)).toEqual([]);
    });

    test('live tells what has changed, and how to accept it', async () => {
      const [changed, ...others] = await told(hooked, entered);
      expect(others).toEqual([]);
      expect(changed).toMatchObject({ severity: 'error', code: 'rule.git_folder_changed', details: { directory } });
      expect(changed?.message).toMatch(/hooks\/pre-commit.*npm run accept -- job_1/);
    });

    test('is found by the address that its sessions have, however the rule writes it', async () => {
      const guards = fakeGuards();
      await guards.store.write(id, entered, 0);
      const rule = sampleRule({}, { endpoint: `${endpoint}/` });
      const { issues } = prepare([rule], [{ ...reached, repository: { directory, state: hooked } }], guards);
      expect((await issues(true)).map(({ code }) => code)).toContain('rule.git_folder_changed');
    });

    test('a block is told until it is accepted, also where the change has gone again', async () => {
      const { guard } = leaveRepository(entered, hooked, { jobId: 'job_2', at: '2027-03-01T12:01:00.000Z' });
      expect(await told(clean, guard)).toMatchObject([{ code: 'rule.git_folder_changed' }]);
    });

    test('what cannot be read is named', async () => {
      const state = gitStateOf({ ...gitFolder({ 'hooks/pre-commit': null }), complete: false });
      const [unread] = await told(state);
      expect(unread).toMatchObject({ severity: 'warning', code: 'rule.git_folder_unread' });
      expect(unread?.message).toContain('hooks/pre-commit');
    });
  });
});
