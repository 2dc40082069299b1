import { describe, expect, test } from 'vitest';
import {
  effectOf,
  permissionsOf,
  type RulePermissions,
  remainingAsks,
  rulePermissionsSchema,
} from '../../../functions/domain/rule/permissions.ts';
import { readConfig } from '../../../functions/domain/rule/rule-config.ts';
import { sampleRule } from '../../support/fakes/alert-samples.ts';

const effect = (profile: RulePermissions, action: string, resource: string) =>
  effectOf([{ action: '*', resource: '*', effect: 'allow' }, ...permissionsOf(profile).rules], action, resource);

describe('profiles', () => {
  test.each([
    ['edit', 'src/app.ts', 'allow'],
    ['bash', 'npm test', 'allow'],
    ['read', 'src/app.ts', 'allow'],
    ['read', 'a/.env', 'deny'],
    ['read', 'prod.env', 'deny'],
    ['read', '.env.local', 'deny'],
    ['read', 'a/.env.example', 'allow'],
    ['external_directory', '/etc/*', 'deny'],
    ['webfetch', 'https://example.com', 'deny'],
    ['websearch', 'how to', 'deny'],
    ['question', '*', 'deny'],
    ['doom_loop', 'bash', 'deny'],
  ])('fix: %s %s is %s', (action, resource, expected) => expect(effect('fix', action, resource)).toBe(expected));

  test.each<readonly [action: string, resource: string, expected: string]>([
    ['edit', 'src/app.ts', 'deny'],
    ['read', '.env', 'deny'],
    ['read', 'src/app.ts', 'allow'],
    ...[
      'ls',
      'ls -la src',
      'git log -5',
      'git diff HEAD~1 -- src',
      'git log main..HEAD',
      'rg total src',
      'cat README.md',
    ].map((command) => ['bash', command, 'allow'] as const),
    ...[
      ...['npm test', 'touch a', 'git push', 'git -c a=b log', 'lsof', 'git logs', 'python x.py', 'FOO=1 ls', 'env'],
      ...['cat a > b', 'cat a>>b', 'git log --output=a', 'git diff --no-index a b', 'rg --pre sh x', 'sort -o a b'],
      ...[
        'cat /etc/passwd',
        'cat ../other',
        'ls ..',
        'cat ~/.netrc',
        'cat .env',
        'grep x --file=/etc/passwd',
        'git diff --ext-diff',
      ],
    ].map((command) => ['bash', command, 'deny'] as const),
  ])('investigate: %s %s is %s', (action, resource, expected) =>
    expect(effect('investigate', action, resource)).toBe(expected),
  );

  test('allow nothing as a whole, so that what the server denies stays denied', () => {
    for (const profile of ['fix', 'investigate'] as const) {
      const allowing = permissionsOf(profile).rules.filter(({ effect }) => effect === 'allow');
      expect(allowing.filter(({ action, resource }) => action === '*' || resource === '*')).toEqual([]);
    }
    expect(permissionsOf('server')).toEqual({ profile: 'server', rules: [] });
    expect(permissionsOf()).toEqual(permissionsOf('fix'));
  });

  test('leave none of the asks of a stock server, and keep those that an operator adds', () => {
    const ask = (action: string, resource: string) => ({ action, resource, effect: 'ask' }) as const;
    const stock = [ask('doom_loop', '*'), ask('external_directory', '*'), ask('read', '*.env'), ask('read', '*.env.*')];
    const added = ask('bash', 'terraform *');
    for (const profile of ['fix', 'investigate'] as const) {
      expect(remainingAsks(stock, permissionsOf(profile).rules)).toEqual([]);
    }
    expect(remainingAsks([...stock, added], permissionsOf('fix').rules)).toEqual([added]);
    expect(remainingAsks(stock, [])).toEqual(stock);
  });
});

describe('the list of a rule', () => {
  test('is taken as OpenCode writes it', () => {
    const list = [{ permission: 'bash', pattern: 'npm *', action: 'allow' as const }];
    expect(permissionsOf(list)).toEqual({
      profile: 'rules',
      rules: [{ action: 'bash', resource: 'npm *', effect: 'allow' }],
    });
    const rule = sampleRule({}, { config: { permissions: list } });
    expect(readConfig(rule)).toMatchObject({ ok: true, config: { config: { permissions: list } } });
  });

  test.each([
    ['everything allowed', [{ permission: '*', pattern: '**', action: 'allow' }]],
    ['nothing', []],
    ['an unknown profile', 'all'],
    ['an unknown action', [{ permission: 'bash', pattern: '*', action: 'never' }]],
    ['names of 2.x', [{ action: 'shell', resource: '*', effect: 'deny' }]],
    ['too many', Array.from({ length: 101 }, () => ({ permission: 'bash', pattern: 'a', action: 'deny' }))],
  ])('refuses %s', (_, given) => expect(rulePermissionsSchema.safeParse(given).success).toBe(false));
});
