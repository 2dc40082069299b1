import { describe, expect, test } from 'vitest';
import { integrationInput } from '../../../../functions/api/manage/integrations/integration-input.ts';
import { told } from '../told.ts';

const integration = { name: 'i', provider: 'opencode', apiKey: 'a pass:word' };

describe('the input of an integration', () => {
  const cases: [what: string, input: unknown, issues: string[]][] = [
    ['the least', integration, []],
    ['free metadata', { ...integration, metadata: { username: 'a', team: { list: [1, null] }, maxTokens: 5 } }, []],
    ['no password', { ...integration, apiKey: undefined }, ['apiKey: is required.']],
    ['an empty password', { ...integration, apiKey: '' }, ['apiKey: must not be empty.']],
    [
      'a password with its line break',
      { ...integration, apiKey: 'hidden\n' },
      ['apiKey: must not end with a line break. If it comes from a file, leave the last line break out.'],
    ],
    [
      'a control character',
      { ...integration, apiKey: 'hid\u0000den' },
      ['apiKey: must not contain line breaks or other control characters.'],
    ],
    [
      'another provider',
      { ...integration, provider: 'slack' },
      ['provider: "slack" is not supported: provider must be "opencode".'],
    ],
    [
      'a user name with a colon',
      { ...integration, metadata: { username: 'a:b' } },
      ['metadata.username: must not contain a colon: Basic auth ends the user name at the first one.'],
    ],
    [
      'a user name of another kind',
      { ...integration, metadata: { username: 5 } },
      ['metadata.username: must be a string of at least one character.'],
    ],
    ['origins', { ...integration, metadata: { origins: ['https://a.corp:4096', 'http://10.0.0.1/'] } }, []],
    [
      'no list of origins',
      { ...integration, metadata: { origins: 'https://a.corp' } },
      ['metadata.origins: must be a list of 1 to 20 origins, such as https://opencode.internal.corp:4096.'],
    ],
    [
      'what is more than an origin, or none',
      { ...integration, metadata: { origins: ['https://a.corp/path', '*', 'https://u:p@a.corp', 'ftp://a.corp'] } },
      [
        'metadata.origins.0: must not carry a path: give the origin of the server only.',
        'metadata.origins.1: must be a URL such as https://opencode.internal.corp:4096.',
        'metadata.origins.2: must not carry a user name or password: set them on the integration.',
        'metadata.origins.3: must start with https:// or http://.',
      ],
    ],
    [
      'limits at their ends',
      {
        ...integration,
        metadata: { maxConcurrentSessions: 50, maxSessionsPerDay: 1, maxCostUsdPerDay: 0.01 },
      },
      [],
    ],
    [
      'limits beyond their ends',
      {
        ...integration,
        metadata: { maxConcurrentSessions: 51, maxSessionsPerDay: 0, maxCostUsdPerDay: 0 },
      },
      [
        'metadata.maxConcurrentSessions: must be a whole number from 1 to 50, or be left out where there is no limit.',
        'metadata.maxSessionsPerDay: must be a whole number from 1 to 2000, or be left out where there is no limit.',
        'metadata.maxCostUsdPerDay: must be an amount in US dollars from 0.01 to 100000, or be left out where there is no limit.',
      ],
    ],
    [
      'a limit of another kind',
      { ...integration, metadata: { maxConcurrentSessions: '2' } },
      ['metadata.maxConcurrentSessions: must be a whole number from 1 to 50, or be left out where there is no limit.'],
    ],
    [
      'a password in metadata',
      { ...integration, metadata: { api_key: 'hidden' } },
      ['metadata.api_key: looks like a password. Give it as apiKey: metadata is stored and answered in clear.'],
    ],
    [
      'a password deep in metadata',
      { ...integration, metadata: { server: [{ OPENCODE_SERVER_PASSWORD: 'hidden' }] } },
      [
        'metadata.server.0.OPENCODE_SERVER_PASSWORD: looks like a password. Give it as apiKey: metadata is stored and answered in clear.',
      ],
    ],
    [
      'deep metadata',
      { ...integration, metadata: JSON.parse(`{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`) },
      ['metadata: must be nested at most 8 deep.'],
    ],
    [
      'long metadata',
      { ...integration, metadata: { a: 'x'.repeat(8_000) } },
      ['metadata: must have at most 8000 characters.'],
    ],
  ];
  test.each(cases)('%s', (_, input, issues) => {
    expect(told(integrationInput, input)).toEqual(issues);
    expect(JSON.stringify(told(integrationInput, input))).not.toContain('hidden');
  });
});
