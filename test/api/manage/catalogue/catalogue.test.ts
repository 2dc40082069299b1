import { beforeEach, describe, expect, test } from 'vitest';
import { manage } from '../../../../functions/api/manage/manage.ts';
import { serviceEntry } from '../../../support/fakes/catalogues.ts';
import { fakeManagement, fullAccess } from '../../../support/fakes/management.ts';

const ours = 'https://opencode.internal.corp:4096';
const checkout = serviceEntry('checkout');
const search = serviceEntry('search');

let management: ReturnType<typeof fakeManagement>;
beforeEach(() => {
  management = fakeManagement();
});
const ask = async (method: string, path: string, given?: object, caller = 'ci') => {
  const body = given ? JSON.stringify(given) : '';
  const request = { method, path: `/v0${path}`, query: '', body, caller, access: fullAccess };
  const answer = await manage(management.routes)(request);
  return { status: answer.status, ...JSON.parse(answer.body) };
};
const put = (version: number, entries: object[], caller?: string) =>
  ask('PUT', '/catalogue', { version, entries }, caller);
const bind = (...origins: string[]) => {
  const stored = management.integrations.rows.get('int_1');
  if (stored) management.integrations.rows.set('int_1', { ...stored, binding: { origins, from: 'owner' } });
};

describe('the catalogue', () => {
  test('begins as an empty file, and comes back as it was put', async () => {
    const empty = { version: 0, entries: [], createdBy: null, createdAt: null };
    expect(await ask('GET', '/catalogue')).toEqual({ status: 200, catalogue: empty });
    const stored = {
      version: 1,
      entries: [checkout],
      createdBy: 'alice',
      createdAt: management.clock.now().toISOString(),
    };
    expect(await put(0, [checkout], 'alice')).toEqual({ status: 200, catalogue: stored });
    expect(await ask('GET', '/catalogue')).toEqual({ status: 200, catalogue: stored });
  });

  test('refuses a change that was made from another version, and says who made the one in force', async () => {
    await put(0, [checkout], 'alice');
    await put(1, [checkout, search], 'bob');
    const late = await put(1, [search]);
    expect(late).toMatchObject({ status: 409, error: { code: 'conflict' } });
    expect(late.error.message).toMatch(/^The catalogue is at version 2, by bob at .*from version 1\. Get version 2/);
    expect((await ask('GET', '/catalogue')).catalogue.version).toBe(2);
    expect((await put(1, [])).status).toBe(400);
  });

  test('of two changes at once one is lost, and is told so', async () => {
    const answers = await Promise.all([put(0, [checkout]), put(0, [search])]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test('the same once more makes no version', async () => {
    await put(0, [checkout]);
    expect((await put(0, [checkout])).catalogue.version).toBe(1);
  });

  test('a first version that says it was made from another is refused', async () => {
    expect((await put(3, [checkout])).error.message).toMatch(/There is no catalogue yet.*"version": 0/);
  });

  test('old versions stay readable', async () => {
    await put(0, [checkout]);
    await put(1, [search]);
    expect((await ask('GET', '/catalogue/versions/1')).catalogue.entries).toEqual([checkout]);
    for (const none of ['3', '0', 'current', '-1', '1e0']) {
      expect(await ask('GET', `/catalogue/versions/${none}`)).toMatchObject({ status: 404 });
    }
  });
});

describe('what is wrong with a catalogue', () => {
  const issuesOf = async (...entries: object[]) => (await put(0, entries)).error.issues;

  test('is said with the name of the entry and the place of the field', async () => {
    const verify = [{ name: 'unit', command: 'npm test', minutes: 45 }];
    expect(await issuesOf(checkout, { ...search, verify, directry: '/srv' })).toEqual([
      {
        path: ['entries', 1, 'verify', 0, 'minutes'],
        code: 'too_big',
        message: 'must be at most 30. (entry "search")',
      },
      {
        path: ['entries', 1, 'directry'],
        code: 'unknown_field',
        message: 'is not a known field. (entry "search")',
        suggestion: 'directory',
      },
    ]);
  });

  test('a condition that is misspelt says what was meant', async () => {
    expect(await issuesOf({ name: 'a', match: { field: 'servce', equals: 'a' } })).toMatchObject([
      { path: ['entries', 0, 'match', 'field'], suggestion: 'service' },
    ]);
  });

  test.each([
    [
      'an integration that is not there',
      { integrationId: 'int_9', endpoint: ours },
      'integrationId',
      /names no integration/,
    ],
    [
      'an origin of another integration',
      { integrationId: 'int_1', endpoint: 'https://evil.example' },
      'endpoint',
      /bound to/,
    ],
    ['an address that is never called', { integrationId: 'int_1', endpoint: 'http://10.0.0.1' }, 'endpoint', /http/],
  ])('%s', async (_, says, field, message) => {
    bind(ours);
    const found = await issuesOf(checkout, { ...search, ...says });
    expect(found).toMatchObject([{ path: ['entries', 1, field], message: expect.stringMatching(message) }]);
    expect(found[0].message).toMatch(/\(entry "search"\)$/);
    expect((await ask('GET', '/catalogue')).catalogue.version).toBe(0);
  });

  test('an integration that is bound to nothing is not bound by an entry', async () => {
    const entry = { ...search, integrationId: 'int_1', endpoint: ours };
    expect(await issuesOf(entry)).toMatchObject([
      { code: 'endpoint_refused', message: expect.stringMatching(/origins/) },
    ]);
    expect(management.integrations.rows.get('int_1')?.binding).toBeUndefined();
    bind(ours);
    expect((await put(0, [entry])).status).toBe(200);
  });

  test('a check says the same, and which entries no alert comes to, and stores nothing', async () => {
    const canary = {
      ...serviceEntry('canary'),
      match: { all: [checkout.match, { field: 'labels.env', equals: 'canary' }] },
    };
    const { check } = await ask('POST', '/catalogue/check', { entries: [checkout, canary] });
    expect(check).toMatchObject({ entries: 2, issues: [{ code: 'catalogue.unreachable_entry', severity: 'warning' }] });
    expect(check.issues[0].message).toMatch(/"canary".*"checkout" stands before it/);
    const wrong = await ask('POST', '/catalogue/check', {
      entries: [{ name: 'a', integrationId: 'int_9', endpoint: ours }],
    });
    expect(wrong).toMatchObject({ status: 400, error: { issues: [{ code: 'unknown_integration' }] } });
    expect((await ask('GET', '/catalogue')).catalogue.version).toBe(0);
  });
});

test('an integration that the catalogue names is not deleted', async () => {
  bind(ours);
  await put(0, [{ ...search, integrationId: 'int_1', endpoint: ours }]);
  const refused = await ask('DELETE', '/integrations/int_1');
  expect(refused).toMatchObject({
    status: 409,
    error: { message: expect.stringContaining('entry "search" of the catalogue') },
  });
  await put(1, [search]);
  expect((await ask('DELETE', '/integrations/int_1')).status).toBe(200);
});
