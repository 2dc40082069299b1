import { describe, expect, test } from 'vitest';
import { parseTokenOptions, usage } from '../../../infra/tokens/options.ts';
import { UsageError } from '../../../infra/usage-error.ts';

describe('the command line of npm run token', () => {
  test.each([
    { args: ['list'], gives: { command: 'list', name: '', force: false, place: { stack: 'OpencodeRelay' } } },
    { args: ['create', 'ci'], gives: { command: 'create', name: 'ci' } },
    { args: ['create', 'alice@example.com'], gives: { name: 'alice@example.com' } },
    { args: ['revoke', 'ci', '--force'], gives: { command: 'revoke', name: 'ci', force: true } },
    { args: ['list', '--stack', 'Second'], gives: { place: { stack: 'Second' } } },
    { args: ['list', '--secret', 'arn:aws:x'], gives: { place: { secret: 'arn:aws:x' } } },
    { args: ['list', '--local'], gives: { place: { data: '.local' } } },
    { args: ['list', '--local', '--data', 'other'], gives: { place: { data: 'other' } } },
    { args: ['--help'], gives: { help: true } },
  ])('$args', ({ args, gives }) => {
    expect(parseTokenOptions(args)).toMatchObject(gives);
  });

  test.each([
    { args: [], says: 'create, revoke or list' },
    { args: ['remove', 'ci'], says: '"remove"' },
    { args: ['create'], says: "token's name" },
    { args: ['create', 'two words'], says: "token's name" },
    { args: ['create', '__proto__'], says: "token's name" },
    { args: ['create', 'x'.repeat(65)], says: 'at most 64' },
    { args: ['create', 'a', 'b'], says: 'too many' },
    { args: ['list', 'ci'], says: 'too many' },
    { args: ['list', '--data', 'x'], says: '--local' },
    { args: ['list', '--secret', 'x', '--local'], says: '--secret' },
    { args: ['list', '--secret', 'x', '--stack', 'Second'], says: '--secret' },
    { args: ['list', '--colour'], says: '--colour' },
  ])('refuses $args, saying $says', ({ args, says }) => {
    expect(() => parseTokenOptions(args)).toThrow(UsageError);
    expect(() => parseTokenOptions(args)).toThrow(says);
  });

  test('every option is in the usage text', () => {
    for (const option of ['--stack', '--secret', '--local', '--data', '--force', '--help'])
      expect(usage).toContain(option);
  });
});
