import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { capped, fenceFor, oneLine, visibleLines } from '../../../functions/domain/text/untrusted-text.ts';
import { anyCharacter } from '../../support/any-character.ts';
import { runs } from '../../support/property-runs.ts';

describe('one line', () => {
  const cases: [text: string, line: string][] = [
    ['  a \t b\r\nc\u2028d  ', 'a b c d'],
    ['a\u0000b\u001b[31mc', 'a b [31mc'],
    ['zero\u200bwidth', 'zerowidth'],
    ['right\u202eleft', 'rightleft'],
    ['tag\u{e0041}\u{e0042}s', 'tags'],
    ['private\ue000', 'private'],
    ['half\ud800', 'half'],
    ['variation\ufe0f selectors\u{e0101}', 'variation selectors'],
    ['fillers\u3164\u115f\u1160\uffa0', 'fillers'],
    ['joiner\u034f\u200d\u17b4', 'joiner'],
    ['\u2066direction\u2069\u061c\u200e', 'direction'],
    ['braille\u2800', 'braille'],
    ['soft\u00adhyphen', 'softhyphen'],
    ['\u{1f469}\u200d\u{1f692}', '\u{1f469}\u{1f692}'],
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
    ['hidden\u200b\u{e0049}\u{e0101}\u3164\u2800', 'hidden'],
  ];
  test.each(cases)('%j', (text, lines) => expect(visibleLines(text)).toBe(lines));
});

test('nothing that Unicode ignores or turns around is left of any text', () => {
  const left = /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u2800]/u;
  const hidden = fc.constantFrom(...'\u200b\u202e\u2066\u061c\u3164\ufe0f\u{e0041}\u{e01ef}\u2800\u180e\u034f');
  fc.assert(
    fc.property(fc.string({ unit: fc.oneof(hidden, anyCharacter) }), (text) => {
      expect(oneLine(text)).not.toMatch(left);
      expect(visibleLines(text)).not.toMatch(left);
    }),
    { numRuns: runs(60) },
  );
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
