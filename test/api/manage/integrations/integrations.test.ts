import { beforeEach, describe, expect, test } from 'vitest';
import type { IntegrationInput } from '../../../../functions/api/manage/integrations/integration-input.ts';
import { integrationView } from '../../../../functions/api/manage/integrations/integration-view.ts';
import {
  createIntegration,
  deleteIntegration,
  getIntegration,
  updateIntegration,
} from '../../../../functions/api/manage/integrations/integrations.ts';
import { sampleRule } from '../../../support/fakes/alert-samples.ts';
import { fakeManagement } from '../../../support/fakes/management.ts';
import { made } from '../made.ts';

const input = { name: 'OpenCode', provider: 'opencode' as const, apiKey: ' a pass:word ' };

let management: ReturnType<typeof fakeManagement>;
beforeEach(() => {
  management = fakeManagement();
});
const create = async (changes: Partial<IntegrationInput> = {}, caller = 'ci') =>
  made(await createIntegration(management.deps, { ...input, ...changes }, caller));
const secretOf = ({ id }: { id: string }) => management.credentials.secrets.get(id);

describe('creating an integration', () => {
  test('stores the password as it is, for the default user, and keeps it out of the integration', async () => {
    const integration = await create();
    expect(secretOf(integration)).toEqual({ username: 'opencode', password: ' a pass:word ' });
    expect(integration).toMatchObject({ name: 'OpenCode', metadata: {}, createdBy: 'ci' });
    expect(JSON.stringify(integration)).not.toContain('pass:word');
    expect(await getIntegration(management.deps, integration.id)).toEqual(integration);
  });

  test('takes the user name from metadata and keeps metadata as sent', async () => {
    const metadata = { team: 'search', username: 'alice' };
    const integration = await create({ metadata });
    expect(secretOf(integration)?.username).toBe('alice');
    expect(integration.metadata).toEqual(metadata);
  });

  test('a password that cannot be stored makes no integration', async () => {
    const write = () => Promise.reject(new Error('throttled'));
    const failing = { ...management.deps, credentials: { ...management.credentials, write } };
    await expect(createIntegration(failing, input, 'ci')).rejects.toThrow('throttled');
    expect(management.integrations.rows.size).toBe(1);
  });

  test('with the key of another one replaces its password and keeps its metadata', async () => {
    const first = await create({ externalKey: 'sample', metadata: { username: 'alice' } });
    await management.clock.sleep(1_000);
    const second = await create({ name: 'Renamed', apiKey: 'rotated password', externalKey: 'sample' }, 'admin');
    expect(second).toEqual({ ...first, name: 'Renamed', updatedAt: '2027-03-01T12:00:01.000Z' });
    expect(secretOf(first)).toEqual({ username: 'alice', password: 'rotated password' });
  });

  test('two at once with one key are one, with the content of the later', async () => {
    const [first, second] = await Promise.all([create({ externalKey: 'k' }), create({ externalKey: 'k', name: 'n' })]);
    expect(second.id).toBe(first.id);
    expect(await getIntegration(management.deps, first.id)).toMatchObject({ name: 'n' });
    expect(management.integrations.rows.size).toBe(2);
  });
});

describe('creating an integration without a key', () => {
  test('twice at once, or again within a minute, is one', async () => {
    const [first, second] = await Promise.all([create(), create()]);
    await management.clock.sleep(59_999);
    expect([second, await create()]).toEqual([first, first]);
    expect(management.integrations.rows.size).toBe(2);
  });

  test.each<[string, Partial<IntegrationInput>, string]>([
    ['by another caller', {}, 'admin'],
    ['with another password', { apiKey: 'another' }, 'ci'],
    ['with another name', { name: 'another' }, 'ci'],
  ])('%s makes another one', async (_, changes, caller) => {
    const first = await create();
    expect((await create(changes, caller)).id).not.toBe(first.id);
    expect(secretOf(first)).toEqual({ username: 'opencode', password: input.apiKey });
  });

  test('after a minute, or after a change of the first, makes another one', async () => {
    const first = await create();
    await management.clock.sleep(60_000);
    const second = await create();
    expect(second.id).not.toBe(first.id);
    await updateIntegration(management.deps, second.id, { name: 'Renamed' });
    const third = await create();
    expect(third).toMatchObject({ name: 'OpenCode' });
    expect(third.id).not.toBe(second.id);
  });
});

describe('changing an integration', () => {
  test('changes what is named: a name leaves the password, a password the user name', async () => {
    const integration = await create({ metadata: { username: 'alice' } });
    const renamed = made(await updateIntegration(management.deps, integration.id, { name: 'Renamed' }));
    expect(renamed).toEqual({ ...integration, name: 'Renamed', updatedAt: renamed.updatedAt });
    await updateIntegration(management.deps, integration.id, { apiKey: 'rotated password' });
    expect(secretOf(integration)).toEqual({ username: 'alice', password: 'rotated password' });
  });

  test('another user name needs the password, which nobody may read', async () => {
    const integration = await create({ metadata: { username: 'alice', team: 'a' } });
    const change = (metadata: Record<string, unknown>, apiKey?: string) =>
      updateIntegration(management.deps, integration.id, { metadata, ...(apiKey !== undefined && { apiKey }) });
    for (const metadata of [{ username: 'bob' }, { team: 'a' }]) {
      const issues = [{ path: ['apiKey'], code: 'required' }];
      expect(await change(metadata)).toMatchObject({ status: 400, issues });
    }
    expect(await getIntegration(management.deps, integration.id)).toEqual(integration);
    made(await change({ username: 'alice', team: 'b' }));
    expect(secretOf(integration)).toEqual({ username: 'alice', password: input.apiKey });
    made(await change({ username: 'bob' }, 'password of bob'));
    expect(secretOf(integration)).toEqual({ username: 'bob', password: 'password of bob' });
  });

  test('the same once more changes nothing', async () => {
    const integration = await create();
    expect(await updateIntegration(management.deps, integration.id, { name: 'OpenCode' })).toEqual(integration);
  });

  test('a change lost to another one is made on top of it; lost twice it is a conflict', async () => {
    const { deps } = management;
    const { id } = await create();
    const metadata = { team: 'a' };
    await Promise.all([updateIntegration(deps, id, { name: 'n' }), updateIntegration(deps, id, { metadata })]);
    expect(await getIntegration(deps, id)).toMatchObject({ name: 'n', metadata });
    const losing = { ...deps, integrations: { ...deps.integrations, update: async () => false } };
    expect(await updateIntegration(losing, id, { name: 'm' })).toMatchObject({ status: 409, code: 'conflict' });
  });
});

describe('deleting an integration', () => {
  test('takes it out together with its password', async () => {
    const integration = await create();
    expect(await deleteIntegration(management.deps, integration.id)).toEqual({ success: true });
    expect(secretOf(integration)).toBeUndefined();
    expect(await getIntegration(management.deps, integration.id)).toMatchObject({ status: 404 });
    expect(await deleteIntegration(management.deps, integration.id)).toMatchObject({ status: 404 });
  });

  test('is refused while a rule uses it, switched off or not, and names the rule', async () => {
    const rule = sampleRule({ id: 'rul_1', relayId: 'rly_1', name: 'Investigate', enabled: false });
    const { deps, credentials } = fakeManagement({ storedRules: [rule] });
    await credentials.write('int_1', { username: 'opencode', password: 'p' });
    const refused = await deleteIntegration(deps, 'int_1');
    expect(refused).toMatchObject({ status: 409, message: expect.stringContaining('"Investigate" (rul_1)') });
    expect(credentials.secrets.has('int_1')).toBe(true);
  });
});

test('an unknown integration is not found', async () => {
  const { deps } = management;
  expect(await getIntegration(deps, 'int_unknown')).toMatchObject({ status: 404 });
  expect(await updateIntegration(deps, 'int_unknown', { name: 'n' })).toMatchObject({ status: 404 });
  expect(await deleteIntegration(deps, 'int_unknown')).toMatchObject({ status: 404 });
});

describe('the origins of an integration', () => {
  const ours = 'https://opencode.internal.corp:4096';
  const change = (id: string, metadata: Record<string, unknown>, apiKey?: string) =>
    updateIntegration(management.deps, id, { metadata, ...(apiKey !== undefined && { apiKey }) });

  test('lie beside the password, and are shown as the owner named them', async () => {
    const integration = await create({ metadata: { team: 'a', origins: [`${ours}/`, ours, 'https://B.corp:443'] } });
    expect(secretOf(integration)).toMatchObject({ origins: [ours, 'https://b.corp'] });
    expect(integrationView(integration)).toMatchObject({
      metadata: { team: 'a', origins: [ours, 'https://b.corp'] },
      boundBy: 'owner',
    });
  });

  test('need the password again when they change, and stay where metadata does not name them', async () => {
    const { id } = await create({ metadata: { origins: [ours] } });
    for (const origins of [[ours, 'https://evil.example'], ['https://evil.example']]) {
      expect(await change(id, { origins })).toMatchObject({ status: 400, issues: [{ path: ['apiKey'] }] });
    }
    expect(made(await change(id, { username: 'opencode', team: 'b' })).binding).toEqual({
      origins: [ours],
      from: 'owner',
    });
    made(await change(id, { origins: [ours] }));
    made(await change(id, { team: 'c' }, 'rotated password'));
    expect(secretOf({ id })).toEqual({ username: 'opencode', password: 'rotated password', origins: [ours] });
    made(await change(id, { origins: ['https://new.corp'] }, 'rotated password'));
    expect(secretOf({ id })).toMatchObject({ origins: ['https://new.corp'] });
  });

  test('that the first rule has bound stay too, and go to the secret with the next password', async () => {
    const { id } = await create({ externalKey: 'k' });
    await management.integrations.bindFirst(id, ours);
    expect(await management.integrations.bindFirst(id, 'https://evil.example')).toMatchObject({ origins: [ours] });
    expect(secretOf({ id })?.origins).toBeUndefined();
    expect(await change(id, { origins: ['https://evil.example'] })).toMatchObject({ status: 400 });
    const again = await create({ externalKey: 'k', metadata: { username: 'alice' } });
    expect(again).toMatchObject({ id, binding: { origins: [ours], from: 'first_rule' } });
    expect(secretOf({ id })).toMatchObject({ username: 'alice', origins: [ours] });
  });
});

test('a password of few characters is noted, until a longer one comes', async () => {
  const integration = await create({ apiKey: '1234567' });
  expect(integration).toMatchObject({ shortPassword: true });
  expect(integrationView(integration)).not.toHaveProperty('shortPassword');
  const changed = made(await updateIntegration(management.deps, integration.id, { apiKey: '12345678' }));
  expect(changed).toMatchObject({ shortPassword: false });
  expect(await create({ name: 'another' })).not.toHaveProperty('shortPassword');
});
