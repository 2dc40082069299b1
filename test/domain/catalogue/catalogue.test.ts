import { describe, expect, test } from 'vitest';
import { catalogueEntriesSchema, readEntries } from '../../../functions/domain/catalogue/catalogue.ts';

const problemOf = (...entries: object[]) => {
  const { error } = catalogueEntriesSchema.safeParse(entries);
  return error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
};

describe('the file of the catalogue', () => {
  test('takes an entry with all that a service may ask for', () => {
    const entry = {
      name: 'checkout',
      match: {
        all: [
          { field: 'service', equals: 'checkout' },
          { field: 'labels.env', oneOf: ['live', 'canary'] },
        ],
      },
      integrationId: 'int_2',
      endpoint: 'https://gateway.internal.corp/opencode',
      openCodeModel: { providerID: 'anthropic', modelID: 'claude' },
      directory: '/srv/monorepo',
      folder: 'services/checkout',
      baseRef: 'origin/release-2.1',
      agent: 'build',
      permissions: 'investigate',
      verify: [{ name: 'unit', command: 'npm test', minutes: 5 }],
      repository: 'https://git.internal.corp/shop/monorepo',
      channel: '#checkout',
      maxCostUsd: 3,
      maxSessionsPerDay: 4,
    };
    expect(problemOf(entry)).toBeUndefined();
  });

  const refused: [why: string, entry: object, problem: RegExp][] = [
    ['an unknown field', { directry: '/srv' }, /directry/],
    ['a field of a rule that no entry stands in for', { cooldownSeconds: 5 }, /cooldownSeconds/],
    ['a condition of another language', { match: { service: 'checkout' } }, /0\.match: .*"service"/],
    ['a field that no alert has', { match: { field: 'servce', equals: 'a' } }, /0\.match\.field: must be title/],
    ['a name that is a path', { name: '../a' }, /0\.name: must be letters/],
    ['a folder that leads out', { folder: '../secrets' }, /0\.folder: must be a path of plain names/],
    ['an absolute folder', { folder: '/etc' }, /0\.folder/],
    ['a folder for a shell', { folder: 'a; rm -rf b' }, /0\.folder/],
    ['a ref that is an option', { baseRef: '--upload-pack=x' }, /0\.baseRef: must be a branch/],
    ['a ref that is a range', { baseRef: 'main..dev' }, /0\.baseRef/],
    ['a ref for a shell', { baseRef: '$(id)' }, /0\.baseRef/],
    ['a channel of two lines', { channel: 'a\nb' }, /0\.channel: must be on one line/],
    ['a relative directory', { directory: 'srv' }, /0\.directory/],
    [
      'an endpoint without the integration',
      { endpoint: 'https://a.corp' },
      /0\.endpoint: must stand beside integration/,
    ],
    ['an integration without an endpoint', { integrationId: 'int_1' }, /0\.integrationId: must stand beside endpoint/],
    ['a password in an endpoint', { endpoint: 'https://a:b@c.corp', integrationId: 'int_1' }, /must not carry a user/],
    ['a check for an hour', { verify: [{ name: 'a', command: 'b', minutes: 61 }] }, /0\.verify\.0\.minutes/],
  ];
  test.each(refused)('refuses %s', (_, entry, problem) => {
    expect(problemOf({ name: 'checkout', ...entry })).toMatch(problem);
  });

  test('refuses a name that stands twice, with the place of the first', () => {
    expect(problemOf({ name: 'a' }, { name: 'b' }, { name: 'a' })).toBe(
      '2.name: must be the name of one entry only, and is that of entries[0] too',
    );
  });

  test('a version that does not fit any more says where, and no value', () => {
    const entriesJson = JSON.stringify([{ name: 'a' }, { name: 'b', directory: 'secret-value' }]);
    const read = readEntries({ version: 7, entriesJson });
    expect(read).toEqual({
      ok: false,
      problem: expect.stringMatching(/^catalogue version 7: entries\.1\.directory: /),
    });
    expect(JSON.stringify(read)).not.toContain('secret-value');
  });
});
