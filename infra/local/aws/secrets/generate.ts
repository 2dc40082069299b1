import { randomInt } from 'node:crypto';
import { z } from 'zod';

/**
 * CloudFormation's `GenerateSecretString`: the password becomes the field `key` of the JSON object `template`, or the
 * whole secret where they are not given.
 */
export interface Generate {
  field?: { template: string; key: string };
  length: number;
  excludePunctuation: boolean;
}

const letters = ['ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz', '0123456789'];
const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** The secret's text, with at least one character of each kind, as AWS makes it. Throws where `length` has no room. */
export function generateSecret({ field, length, excludePunctuation }: Generate): string {
  const kinds = excludePunctuation ? letters : [...letters, punctuation];
  if (length < kinds.length) throw new Error(`A password of ${length} characters cannot hold one of each kind`);
  if (!field) return password(kinds, length);
  const fields = z.record(z.string(), z.unknown()).parse(JSON.parse(field.template));
  return JSON.stringify({ ...fields, [field.key]: password(kinds, length) });
}

/** Drawn again until every kind is in it, so that no place in it is more likely to hold a certain kind. */
function password(kinds: string[], length: number): string {
  const characters = kinds.join('');
  for (;;) {
    const drawn = Array.from({ length }, () => characters[randomInt(characters.length)]);
    if (kinds.every((kind) => drawn.some((character) => character && kind.includes(character)))) return drawn.join('');
  }
}
