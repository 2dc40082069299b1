import { describe, expect, it, vi } from 'vitest';
import { compile, evaluate } from '../../../../infra/local/states/expressions.ts';

const scope = { states: { input: { items: [3, 1, 2], text: 'abc' } }, variables: { n: 2, nothing: null } };
const run = (value: unknown) => evaluate(value, scope, 'Output');

describe('evaluate', () => {
  it.each([
    ['literals stay', { a: 1, b: [true, null], c: 'plain $n' }, { a: 1, b: [true, null], c: 'plain $n' }],
    ['only a whole string is an expression', ' {% $n %}', ' {% $n %}'],
    ['at any depth', { a: [{ b: '{% $n + 1 %}' }] }, { a: [{ b: 3 }] }],
    ['$states', '{% $states.input.text %}', 'abc'],
    ['a null variable is null', '{% $nothing %}', null],
    ['a sequence is a plain array', '{% $states.input.items[$ > 1] %}', [3, 2]],
    ['$uuid', '{% $length($uuid()) %}', 36],
    ['$parse', `{% $parse('{"a":[1]}') %}`, { a: [1] }],
    ['$hash', "{% $hash('abc', 'MD5') %}", '900150983cd24fb0d6963f7d28e17f72'],
    ['$hash SHA-1', "{% $hash('abc', 'SHA-1') %}", 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['$partition', '{% $partition([1,2,3], 2) %}', [[1, 2], [3]]],
    ['$range', '{% $range(0, 5, 2) %}', [0, 2, 4]],
    ['$range downwards', '{% $range(3, 1, -1) %}', [3, 2, 1]],
    ['$random', '{% $random() < 1 and $random() >= 0 %}', true],
    ['$random by seed', '{% $random(7) = $random(7) and $random(7) != $random(8) %}', true],
  ])('%s', async (_, value, expected) => {
    expect(await run(value)).toEqual(expected);
  });

  it.each([
    [
      'nothing',
      { a: ['{% $states.input.absent %}'] },
      "expression '$states.input.absent' specified for the field 'Output/a[0]' returned nothing (undefined).",
    ],
    ['an unknown variable', '{% $unknown %}', 'returned nothing'],
    ['a type error', "{% $n + 'x' %}", 'threw an error during evaluation'],
    ['a function', '{% $sum %}', 'returned an unsupported result type'],
    ['a lambda in an object', '{% {"f": function($x){$x}} %}', 'returned an unsupported result type'],
    ['$eval', "{% $eval('1') %}", 'threw an error'],
    ['text that is no JSON', "{% $parse('{') %}", 'threw an error'],
    ['an unknown hash', "{% $hash('abc', 'CRC') %}", 'not CRC'],
    ['a range too long', '{% $range(0, 5000, 1) %}', 'at most 1000'],
    ['a step of 0', '{% $range(0, 5, 0) %}', 'step other than 0'],
    ['parts of nothing', '{% $partition([1], 0) %}', 'positive whole number'],
    ['the root, which AWS leaves empty', '{% $ %}', 'returned nothing'],
  ])('refuses %s', async (_, value, message) => {
    await expect(run(value)).rejects.toThrow(message);
  });
});

describe('compile', () => {
  it.each([
    ['a default for what is absent', '{% $n ?? 1 %}'],
    ['a default for what is falsy', '{% $n ?: 1 %}'],
  ])('refuses %s, which came after the version that AWS has', (_, text) => {
    expect(() => compile(text)).toThrow();
  });

  it('ends an endless recursion', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const clock = { tick: () => vi.setSystemTime(Date.now() + 1_000) };
    const expression = compile('{% ($loop := function() { ($tick(); $loop()) }; $loop()) %}');
    await expect(expression.evaluate(undefined, { tick: clock.tick })).rejects.toThrow('longer than 5000 ms');
  });
});
