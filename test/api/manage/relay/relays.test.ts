import { describe, expect, test } from 'vitest';
import {
  createRelay as create,
  deleteRelay,
  getRelay,
  type RelayDeps,
  type RelayInput,
  updateRelay,
} from '../../../../functions/api/manage/relay/relays.ts';
import { listRules } from '../../../../functions/api/manage/rules/rules.ts';
import { listWebhooks } from '../../../../functions/api/manage/webhooks/webhooks.ts';
import { sampleRule } from '../../../support/fakes/alert-samples.ts';
import { fakeManagement, sampleRelay } from '../../../support/fakes/management.ts';
import { made as done } from '../made.ts';

const start = '2027-03-01T12:00:00.000Z';

const createRelay = async (deps: RelayDeps, input: RelayInput, caller: string) =>
  done(await create(deps, input, caller));

describe('creating a relay', () => {
  test('makes it with its defaults and one webhook that recognises the format', async () => {
    const { deps } = fakeManagement();
    const relay = await createRelay(deps, { name: 'Search' }, 'ci');
    expect(relay).toEqual({
      id: 'rly_new1',
      name: 'Search',
      description: '',
      repeatPolicy: 'none',
      createdBy: 'ci',
      createdAt: start,
      updatedAt: start,
    });
  });

  test('without a key each is another one', async () => {
    const { deps } = fakeManagement();
    const first = await createRelay(deps, { name: 'Search', repeat: 'all' }, 'ci');
    const second = await createRelay(deps, { name: 'Search', repeat: 'all' }, 'ci');
    expect(second.id).not.toBe(first.id);
    expect(await listWebhooks(deps, second.id)).toMatchObject([
      { relayId: second.id, provider: null, enabled: true, webhookKey: expect.stringMatching(/^key-/) },
    ]);
  });

  test('with the key of another one updates that: what is named changes, the rest stays', async () => {
    const { deps, clock, relays } = fakeManagement();
    const input: RelayInput = {
      name: 'Search',
      description: 'of products',
      externalKey: 'team::search',
      repeat: 'once',
    };
    const first = await createRelay(deps, input, 'ci');
    await clock.sleep(1_000);
    const second = await createRelay(deps, { name: 'Find', externalKey: 'team::search' }, 'admin');
    expect(second).toEqual({ ...first, name: 'Find', updatedAt: '2027-03-01T12:00:01.000Z' });
    expect(relays.webhooks).toHaveLength(1);
  });

  test('twice with the same key and content is one, unchanged', async () => {
    const { deps, clock } = fakeManagement();
    const input = { name: 'Search', externalKey: 'team::search' };
    const first = await createRelay(deps, input, 'ci');
    await clock.sleep(1_000);
    expect(await createRelay(deps, input, 'ci')).toEqual(first);
  });

  test('two at once are one, with the content of the later', async () => {
    const { deps, relays } = fakeManagement();
    const made = await Promise.all(
      ['Search', 'Find'].map((name) => createRelay(deps, { name, externalKey: 'team::search' }, 'ci')),
    );
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(relays.relays.get(made[0]?.id ?? '')?.name).toBe('Find');
    expect(relays.webhooks).toHaveLength(1);
  });
});

test('webhooks of an unknown relay are not found', async () => {
  const { deps } = fakeManagement();
  expect(await listWebhooks(deps, 'rly_unknown')).toMatchObject({ status: 404, code: 'not_found' });
  expect(await listWebhooks(deps, sampleRelay().id)).toEqual([]);
});

describe('changing a relay', () => {
  test('changes what is named, and nothing where there is nothing to change', async () => {
    const { deps } = fakeManagement();
    const changed = done(await updateRelay(deps, 'rly_1', { description: 'Shop', repeat: 'once' }));
    expect(changed).toEqual({ ...sampleRelay(), description: 'Shop', repeatPolicy: 'once', updatedAt: start });
    expect(await updateRelay(deps, 'rly_1', { name: 'Checkout' })).toEqual(changed);
    expect(await getRelay(deps, 'rly_1')).toEqual(changed);
    expect(await updateRelay(deps, 'rly_unknown', { name: 'n' })).toMatchObject({ status: 404 });
  });

  test('a change lost to another one is made on top of it; lost twice it is a conflict', async () => {
    const { deps } = fakeManagement();
    await Promise.all([updateRelay(deps, 'rly_1', { name: 'n' }), updateRelay(deps, 'rly_1', { description: 'd' })]);
    expect(await getRelay(deps, 'rly_1')).toMatchObject({ name: 'n', description: 'd' });
    const losing = { ...deps, relays: { ...deps.relays, update: async () => false } };
    expect(await updateRelay(losing, 'rly_1', { name: 'm' })).toMatchObject({ status: 409 });
  });
});

describe('deleting a relay', () => {
  test('takes its hooks and rules with it', async () => {
    const { deps, rules } = fakeManagement({ storedRules: [sampleRule({ id: 'rul_1', relayId: 'rly_1' })] });
    const relay = await createRelay(deps, { name: 'Search', externalKey: 'k' }, 'ci');
    expect(await deleteRelay(deps, relay.id, 'ci')).toEqual({ success: true });
    expect(await deps.webhooks.listByRelay(relay.id)).toEqual([]);
    expect(await getRelay(deps, relay.id)).toMatchObject({ status: 404 });
    expect(await deleteRelay(deps, relay.id, 'ci')).toMatchObject({ status: 404 });
    expect(await listRules(deps, 'rly_1', {})).toHaveLength(1);

    await deleteRelay(deps, 'rly_1', 'admin');
    expect(rules.rules.get('rul_1')).toMatchObject({ deletedAt: start, updatedBy: 'admin' });
    expect(await listRules(deps, 'rly_1', {})).toMatchObject({ status: 404 });
  });

  test('of the same key it comes back as a new one', async () => {
    const { deps } = fakeManagement();
    const first = await createRelay(deps, { name: 'Search', description: 'd', externalKey: 'k' }, 'ci');
    await deleteRelay(deps, first.id, 'ci');
    expect(await createRelay(deps, { name: 'Search', externalKey: 'k' }, 'ci')).toEqual({ ...first, description: '' });
    expect(await listWebhooks(deps, first.id)).toHaveLength(1);
  });
});
