import { describe, expect, test } from 'vitest';
import { didYouMean, parseOptions } from '../../infra/parse-options.ts';
import { UsageError } from '../../infra/usage-error.ts';

describe('a wrong command line', () => {
  const parse = (...args: string[]) =>
    parseOptions(args, { port: { type: 'string' }, 'no-sample': { type: 'boolean' } });
  test.each([
    ['--prot=1', 'There is no option --prot. Did you mean --port?'],
    ['--nosample', 'There is no option --nosample. Did you mean --no-sample?'],
    ['--colour', 'There is no option --colour.'],
    ['onec', 'There is an argument too many: "onec"'],
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
  expect(didYouMean(given, ['start', 'test', 'deploy'])).toBe(` Did you mean ${meant}?`);
});
