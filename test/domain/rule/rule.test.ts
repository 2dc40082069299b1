import { describe, expect, test } from 'vitest';
import { limits } from '../../../functions/contract/limits.ts';
import { agentConfigSchema, agentOptionsSchema } from '../../../functions/domain/rule/rule.ts';

const least = { agentType: 'opencode', integrationId: 'int_1', endpoint: 'https://opencode.internal.corp:4096' };

/** Where the config is refused, and why: `field: message`. */
function problems(changes: Record<string, unknown>): string[] {
  const { error } = agentConfigSchema.safeParse({ ...least, ...changes });
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('an agent config', () => {
  test('needs agent type, integration and endpoint, and is given no defaults', () => {
    expect(agentConfigSchema.parse(least)).toEqual(least);
  });

  test('may have all of the contract’s fields', () => {
    const config = {
      ...least,
      openCodeModel: { providerID: 'anthropic', modelID: 'claude-sonnet-4-20250514' },
      pollInterval: 15_000,
      maxPollAttempts: 200,
      stormThreshold: 5,
      stormWindowSeconds: 60,
      maxImmediateDispatches: 2,
      config: {
        directory: '/srv/checkout',
        agent: 'build',
        workspace: 'shared',
        keepWorkspace: true,
        promptTemplate: 'Look at it.',
      },
    };
    expect(agentConfigSchema.parse(config)).toEqual(config);
  });

  test.each(['agentType', 'integrationId', 'endpoint'])('is refused without %s', (field) => {
    expect(problems({ [field]: undefined })).toEqual([expect.stringMatching(new RegExp(`^${field}: `))]);
  });

  test.each<[changes: Record<string, unknown>, field: string]>([
    [{ agentType: 'devin' }, 'agentType'],
    [{ integrationId: '' }, 'integrationId'],
    [{ openCodeModel: { modelID: 'm' } }, 'openCodeModel.providerID'],
    [{ openCodeModel: { providerID: '', modelID: 'm' } }, 'openCodeModel.providerID'],
    [{ openCodeModel: { providerID: 'p', modelID: 'm'.repeat(limits.nameCharacters + 1) } }, 'openCodeModel.modelID'],
    [{ openCodeModel: 'p/m' }, 'openCodeModel'],
    [{ config: { directory: 'srv/checkout' } }, 'config.directory'],
    [{ config: { directory: `/${'d'.repeat(4_096)}` } }, 'config.directory'],
    [{ config: { agent: '' } }, 'config.agent'],
    [{ config: { workspace: 'clone' } }, 'config.workspace'],
    [{ config: { keepWorkspace: 'yes' } }, 'config.keepWorkspace'],
    [{ config: { promptTemplate: '' } }, 'config.promptTemplate'],
    [{ config: { promptTemplate: 'p'.repeat(limits.promptTemplateCharacters + 1) } }, 'config.promptTemplate'],
  ])('is refused with %o', (changes, field) => {
    expect(problems(changes)).toEqual([expect.stringMatching(new RegExp(`^${field}: `))]);
  });

  test.each([
    [{ pollIntervall: 1_000 }, ': Unrecognized key: "pollIntervall"'],
    [
      { openCodeModel: { providerID: 'p', modelID: 'm', variant: 'high' } },
      'openCodeModel: Unrecognized key: "variant"',
    ],
    [{ config: { maxCostEur: 1 } }, 'config: Unrecognized key: "maxCostEur"'],
  ])('names a key that it does not know: %o', (changes, problem) => {
    expect(problems(changes)).toEqual([problem]);
  });

  test('each option may stand alone', () => {
    expect(agentOptionsSchema.parse({})).toEqual({});
    for (const option of [{ directory: '/' }, { agent: 'plan' }, { workspace: 'worktree' }]) {
      expect(agentOptionsSchema.parse(option)).toEqual(option);
    }
  });
});

describe('checks of a rule', () => {
  const check = { name: 'unit tests', command: 'npm test', minutes: 10 };
  const refusals = (options: object) => problems({ config: options });

  test('are taken within their limits', () => {
    const types = { ...check, name: 'types', on: 'base_and_patch' };
    expect(refusals({ verify: [check, types], verifyRetries: 2, verifyRequired: true, agentVerdict: true })).toEqual(
      [],
    );
    expect(refusals({ verify: [{ ...check, command: 'echo {{alert.title}}' }], maxChangedLines: 1 })).toEqual([]);
  });

  test.each([
    ['none', { verify: [] }],
    ['too many', { verify: Array.from({ length: 9 }, (_, index) => ({ ...check, name: `${index}`, minutes: 1 })) }],
    ['two of one name', { verify: [check, check] }],
    [
      'too long in all',
      { verify: [1, 2].map((each) => ({ ...check, name: `${each}`, minutes: 16, on: 'base_and_patch' })) },
    ],
    ['too long for one', { verify: [{ ...check, minutes: 31 }] }],
    ['too long a command', { verify: [{ ...check, command: 'x'.repeat(4_001) }] }],
    ['a place that there is not', { verify: [{ ...check, on: 'main' }] }],
    ['too many retries', { verify: [check], verifyRetries: 3 }],
    ['no lines at all', { maxChangedLines: 0 }],
  ])('are refused: %s', (_, options) => {
    expect(refusals(options)).not.toEqual([]);
  });
});

describe('ranges', () => {
  const ranges = {
    pollInterval: limits.pollIntervalMs,
    maxPollAttempts: limits.maxPollAttempts,
    stormThreshold: limits.stormThreshold,
    stormWindowSeconds: limits.stormWindowSeconds,
    maxImmediateDispatches: limits.maxImmediateDispatches,
  };

  test.each(Object.entries(ranges))('%s', (field, { min, max }) => {
    const refused = [expect.stringContaining(field)];
    for (const value of [min, max]) expect(problems({ [field]: value })).toEqual([]);
    for (const value of [min - 1, max + 1, min + 0.5, String(min), null]) {
      expect(problems({ [field]: value }), `${value}`).toEqual(refused);
    }
  });

  test('are those of the contract', () => {
    const edges = Object.entries(ranges).map(([field, range]) => [field, range.min, range.max, range.default]);
    expect(edges).toEqual([
      ['pollInterval', 1_000, 300_000, 30_000],
      ['maxPollAttempts', 1, 1_000, 120],
      ['stormThreshold', 2, 50, 5],
      ['stormWindowSeconds', 10, 300, 60],
      ['maxImmediateDispatches', 0, 5, 2],
    ]);
  });
});

describe('an endpoint', () => {
  test.each([
    'https://opencode.internal.corp:4096',
    'https://opencode.internal.corp/',
    'http://127.0.0.1:4096',
    'https://[2001:db8::1]:4096',
    'HTTPS://OpenCode.Internal.Corp',
    'https://gateway.internal.corp/opencode',
    'https://gateway.internal.corp/team-a/opencode_1.2/',
  ])('may be %s', (endpoint) => {
    expect(problems({ endpoint })).toEqual([]);
  });

  test.each([
    ['', 'must be a URL'],
    ['opencode.internal.corp', 'must be a URL'],
    ['https://', 'must be a URL'],
    ['https://opencode.internal.corp:99999', 'must be a URL'],
    ['opencode.internal.corp:4096', 'must start with https:// or http://'],
    ['ftp://opencode.internal.corp', 'must start with https:// or http://'],
    ['file:///etc/passwd', 'must start with https:// or http://'],
    ['https://opencode:hunter2@opencode.internal.corp', 'must not carry a user name or password'],
    ['https://opencode@opencode.internal.corp', 'must not carry a user name or password'],
    ['https://opencode.internal.corp/a/../b', 'must carry a path of plain names'],
    ['https://opencode.internal.corp//api', 'must carry a path of plain names'],
    ['https://opencode.internal.corp/a%2Fb', 'must carry a path of plain names'],
    ['https://opencode.internal.corp/a b', 'must carry a path of plain names'],
    ['https://opencode.internal.corp/?auth_token=abc', 'must not carry a query'],
    ['https://opencode.internal.corp?', 'must not carry a query'],
    ['https://opencode.internal.corp/#top', 'must not carry a fragment'],
    ['https://opencode.internal.corp#', 'must not carry a fragment'],
  ])('may not be %j', (endpoint, problem) => {
    expect(problems({ endpoint })).toEqual([expect.stringMatching(`^endpoint: ${problem}`)]);
  });

  test('that is refused does not come back in the message: it may hold a password', () => {
    expect(problems({ endpoint: 'https://opencode:hunter2@opencode.internal.corp' }).join()).not.toContain('hunter2');
  });
});
