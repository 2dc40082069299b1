import { describe, expect, test } from 'vitest';
import { didYouMean, parseCommandLine, UsageError } from '../../infra/usage-error.ts';

describe('a wrong command line', () => {
  const parse = (...args: string[]) =>
    parseCommandLine({ args, options: { port: { type: 'string' }, 'no-sample': { type: 'boolean' } } });
  test.each([
    ['--prot=1', "Unknown option '--prot' (did you mean --port?)."],
    ['--nosample', "Unknown option '--nosample' (did you mean --no-sample?)."],
    ['--colour', "Unknown option '--colour'."],
    ['onec', "Unexpected argument 'onec'."],
  ])('%s: %s', (arg, message) => {
    expect(() => parse(arg)).toThrow(new UsageError(message));
  });

  test('a right one is parsed', () => {
    expect(parse('--port', '1').values).toEqual({ port: '1' });
  });
});

test.each([
  ['strat', 'start'],
  ['tset', 'test'],
  ['deploi', 'deploy'],
])('%s is near to %s', (given, meant) => {
  expect(didYouMean(given, ['start', 'test', 'deploy'])).toBe(` (did you mean ${meant}?)`);
});
