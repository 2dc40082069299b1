import { beforeEach, describe, expect, test } from 'vitest';
import {
  integrationChange,
  integrationInput,
} from '../../../../functions/api/manage/integrations/integration-input.ts';
import { integrationView } from '../../../../functions/api/manage/integrations/integration-view.ts';
import {
  createIntegration,
  deleteIntegration,
  updateIntegration,
} from '../../../../functions/api/manage/integrations/integrations.ts';
import { fakeManagement } from '../../../support/fakes/management.ts';
import { made } from '../made.ts';

let management: ReturnType<typeof fakeManagement>;
beforeEach(() => {
  management = fakeManagement();
});

const input = { name: 'OpenCode', provider: 'opencode', apiKey: 'the-password' };
const create = async (headers: object) =>
  made(await createIntegration(management.deps, integrationInput.parse({ ...input, metadata: { headers } }), 'ci'));
const update = async (id: string, change: object) =>
  updateIntegration(management.deps, id, integrationChange.parse(change));
const values = () =>
  Object.fromEntries([...management.credentials.headers].map(([key, value]) => [key.split(' ')[1], value]));

describe('headers for a gateway', () => {
  test('are stored apart, and never shown', async () => {
    const integration = await create({ 'X-Gateway-Key': 'hunter2', cookie: 'a=b' });
    expect(values()).toEqual({ 'x-gateway-key': 'hunter2', cookie: 'a=b' });
    expect(integrationView(integration).metadata).toEqual({ headers: { 'x-gateway-key': '***', cookie: '***' } });
    expect(JSON.stringify([...management.integrations.rows])).not.toContain('hunter2');
  });

  test('that are masked stay as they are, and others need the password', async () => {
    const { id } = await create({ 'x-a': '1', 'x-b': '2' });
    const renamed = made(
      await update(id, { name: 'Renamed', metadata: { team: 'search', headers: { 'x-a': '***', 'x-b': '***' } } }),
    );
    expect(renamed).toMatchObject({
      name: 'Renamed',
      metadata: { team: 'search', headers: { 'x-a': '***', 'x-b': '***' } },
    });
    for (const headers of [{ 'x-a': 'new', 'x-b': '***' }, { 'x-a': '***' }, {}]) {
      expect(await update(id, { metadata: { headers } })).toMatchObject({ status: 400 });
    }
    expect(values()).toEqual({ 'x-a': '1', 'x-b': '2' });
    const changed = made(await update(id, { apiKey: 'other', metadata: { headers: { 'x-a': 'new', 'x-b': '***' } } }));
    expect([values(), changed.metadata]).toEqual([
      { 'x-a': 'new', 'x-b': '2' },
      { headers: { 'x-a': '***', 'x-b': '***' } },
    ]);
  });

  test('that are not named stay; those that are left out of a list go', async () => {
    const { id } = await create({ 'x-a': '1', 'x-b': '2' });
    const kept = made(await update(id, { apiKey: 'other', metadata: { team: 'search' } }));
    expect(kept.metadata).toEqual({ team: 'search', headers: { 'x-a': '***', 'x-b': '***' } });
    await update(id, { apiKey: 'other', metadata: { headers: { 'x-b': '***' } } });
    expect(values()).toEqual({ 'x-b': '2' });
    const none = made(await update(id, { apiKey: 'other', metadata: { headers: {} } }));
    expect([values(), none.metadata]).toEqual([{}, {}]);
  });

  test('go with their integration', async () => {
    const { id } = await create({ 'x-a': '1' });
    await deleteIntegration(management.deps, id);
    expect(values()).toEqual({});
  });

  test('that are masked and not stored are refused', async () => {
    const parsed = integrationInput.parse({ ...input, metadata: { headers: { 'x-a': '***' } } });
    expect(await createIntegration(management.deps, parsed, 'ci')).toMatchObject({ status: 400 });
    const { id } = await create({});
    const change = { apiKey: 'other', metadata: { headers: { 'x-a': '***' } } };
    expect(await update(id, change)).toMatchObject({ status: 400 });
  });

  test.each([
    ['a list', ['x-a']],
    ['a number', { 'x-a': 1 }],
    ['no name', { 'x a': 'v' }],
    ['a line break', { 'x-a': 'v\r\nx-b: w' }],
    ['an empty value', { 'x-a': '' }],
    ['blanks around it', { 'x-a': ' v ' }],
    ['a character that HTTP does not carry', { 'x-a': '日' }],
    ['the password', { Authorization: 'Basic x' }],
    ['what HTTP writes', { 'Content-Length': '1' }],
    ['one name twice', { 'x-a': '1', 'X-A': '2' }],
    ['too many', Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`x-${index}`, 'v']))],
  ])('may not be %s', (_, headers) => {
    const { error } = integrationInput.safeParse({ ...input, metadata: { headers } });
    expect(error?.issues[0]?.path.slice(0, 2)).toEqual(['metadata', 'headers']);
  });
});
