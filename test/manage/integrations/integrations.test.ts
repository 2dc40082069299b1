import { describe, expect, test } from 'vitest';
import { createIntegration, getIntegration } from '../../../functions/manage/integrations/integrations.ts';
import { fakeManagement } from '../../support/fakes/management.ts';

const input = { name: 'OpenCode', provider: 'opencode' as const, apiKey: ' a pass:word ' };

describe('creating an integration', () => {
  test('stores the password as it is, for the default user, and keeps it out of the integration', async () => {
    const { deps, credentials } = fakeManagement();
    const integration = await createIntegration(deps, input, 'ci');
    expect(credentials.secrets.get(integration.id)).toEqual({ username: 'opencode', password: ' a pass:word ' });
    expect(integration).toMatchObject({ name: 'OpenCode', metadata: {}, createdBy: 'ci' });
    expect(JSON.stringify(integration)).not.toContain('pass:word');
    expect(await getIntegration(deps, integration.id)).toEqual(integration);
  });

  test('takes the user name from metadata and keeps metadata as sent', async () => {
    const { deps, credentials } = fakeManagement();
    const metadata = { team: 'search', username: 'alice' };
    const integration = await createIntegration(deps, { ...input, metadata }, 'ci');
    expect(credentials.secrets.get(integration.id)?.username).toBe('alice');
    expect(integration.metadata).toEqual(metadata);
  });

  test('a password that cannot be stored makes no integration', async () => {
    const { deps, integrations } = fakeManagement();
    const failing = { ...deps, credentials: { write: () => Promise.reject(new Error('throttled')) } };
    await expect(createIntegration(failing, input, 'ci')).rejects.toThrow('throttled');
    expect(integrations.rows.size).toBe(1);
  });

  test('with the key of another one replaces its password and keeps its metadata', async () => {
    const { deps, credentials, clock } = fakeManagement();
    const keyed = { ...input, externalKey: 'sample', metadata: { username: 'alice' } };
    const first = await createIntegration(deps, keyed, 'ci');
    await clock.sleep(1_000);
    const rotated = { name: 'Renamed', provider: input.provider, apiKey: 'rotated', externalKey: 'sample' };
    const second = await createIntegration(deps, rotated, 'admin');
    expect(second).toEqual({ ...first, name: 'Renamed', updatedAt: '2027-03-01T12:00:01.000Z' });
    expect(credentials.secrets.get(first.id)).toEqual({ username: 'alice', password: 'rotated' });
  });

  test('two at once with one key are one', async () => {
    const { deps, integrations } = fakeManagement();
    const keyed = { ...input, externalKey: 'sample' };
    const [first, second] = await Promise.all([
      createIntegration(deps, keyed, 'ci'),
      createIntegration(deps, keyed, 'ci'),
    ]);
    expect(second).toEqual(first);
    expect(integrations.rows.size).toBe(2);
  });
});

test('an unknown integration is not found', async () => {
  expect(await getIntegration(fakeManagement().deps, 'int_unknown')).toMatchObject({ status: 404 });
});
