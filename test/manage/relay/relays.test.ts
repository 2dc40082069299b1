import { describe, expect, test } from 'vitest';
import { createRelay, listWebhooks, type RelayInput } from '../../../functions/manage/relay/relays.ts';
import { fakeManagement, sampleRelay } from '../../support/fakes/management.ts';

const start = '2027-03-01T12:00:00.000Z';

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
