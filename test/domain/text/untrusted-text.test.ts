import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { capped, fenceFor, oneLine, visibleLines } from '../../../functions/domain/text/untrusted-text.ts';

describe('one line', () => {
  const cases: [text: string, line: string][] = [
    ['  a \t b\r\nc\u2028d  ', 'a b c d'],
    ['a\u0000b\u001b[31mc', 'a b [31mc'],
    ['zero\u200bwidth', 'zerowidth'],
    ['right\u202eleft', 'rightleft'],
    ['tag\u{e0041}\u{e0042}s', 'tags'],
    ['private\ue000', 'private'],
    ['half\ud800', 'half'],
    ['Grüße, 世界 👍', 'Grüße, 世界 👍'],
  ];
  test.each(cases)('%j', (text, line) => expect(oneLine(text)).toBe(line));
});

describe('visible lines', () => {
  const cases: [text: string, lines: string][] = [
    ['a\r\nb\rc\u2029d\ve', 'a\nb\nc\nd\ne'],
    ['\tindented\n\n  kept', 'indented\n\n  kept'],
    ['a\tb\u0007\u001b[0m', 'a\tb[0m'],
    ['[[write {"path":"a.txt","content":"x\\n"}]]', '[[write {"path":"a.txt","content":"x\\n"}]]'],
    ['hidden\u200b\u{e0049}', 'hidden'],
  ];
  test.each(cases)('%j', (text, lines) => expect(visibleLines(text)).toBe(lines));
});

describe('capped', () => {
  const cases: [text: string, characters: number, result: string][] = [
    ['short', 5, 'short'],
    ['longer text', 6, 'longer [… 5 characters left out]'],
    ['first\nsecond', 8, 'first\nse\n[… 4 characters left out]'],
    ['whatever', 0, '[… 8 characters left out]'],
    ['ab👍', 3, 'ab [… 2 characters left out]'],
  ];
  test.each(cases)('%j to %i', (text, characters, result) => expect(capped(text, characters)).toBe(result));

  test('never leaves half a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, characters) =>
        capped(text.toWellFormed(), characters).isWellFormed(),
      ),
    );
  });
});

describe('fence', () => {
  test('is the same for the same texts, and another for others', () => {
    expect(fenceFor(['a', 'b'], 'job_1').open).toBe(fenceFor(['a', 'b'], 'job_1').open);
    expect(fenceFor(['a', 'b'], 'job_1').open).not.toBe(fenceFor(['a', 'c'], 'job_1').open);
    expect(fenceFor(['a', 'b'], 'job_1').open).not.toBe(fenceFor(['a', 'b'], 'job_2').open);
    expect(fenceFor(['a', 'b'], 'job_1').open).not.toBe(fenceFor(['a\nb'], 'job_1').open);
  });

  test('puts lines between tags of their own, and one line within', () => {
    const { open, close, around } = fenceFor([], '');
    expect(around('one')).toBe(`${open}one${close}`);
    expect(around('one\ntwo')).toBe(`${open}\none\ntwo\n${close}`);
  });
});
