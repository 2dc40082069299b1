import { expect, test } from 'vitest';
import { sha256 } from '../../../functions/domain/text/digest.ts';
import { textFileOf, textsOf } from '../../../functions/domain/text/texts.ts';

test('texts are made one after the other, each time that they are gone through', () => {
  const made: number[] = [];
  const texts = textsOf([1, 2, 3], (item) => {
    made.push(item);
    return String(item);
  });
  expect([texts.length, made]).toEqual([3, []]);
  const [first] = texts;
  expect([first, made]).toEqual(['1', [1]]);
  expect([[...texts].join(''), made]).toEqual(['123', [1, 1, 2, 3]]);
});

test('as a file they have the bytes and the digest of all of them together, lone surrogates among them', () => {
  const texts = ['ä', '', '\ud800', '😀\n'];
  const whole = Buffer.from(texts.join(''));
  expect(textFileOf(texts)).toMatchObject({ bytes: whole.length, sha256: sha256(whole) });
});
