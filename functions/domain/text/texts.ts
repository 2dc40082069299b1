import { createHash } from 'node:crypto';

/**
 * Texts that make one together, such as the patches of files. Each is made when it has its turn, as often as they are
 * gone through, so that never more than one of them is in memory.
 */
export interface Texts extends Iterable<string> {
  readonly length: number;
}

export const textsOf = <Item>(items: readonly Item[], textOf: (item: Item) => string): Texts => ({
  length: items.length,
  *[Symbol.iterator]() {
    for (const item of items) yield textOf(item);
  },
});

/** What the texts are as one file. */
export interface TextFile {
  texts: Texts;
  bytes: number;
  sha256: string;
}

export function textFileOf(texts: Texts): TextFile {
  const hash = createHash('sha256');
  let bytes = 0;
  for (const text of texts) {
    hash.update(text);
    bytes += Buffer.byteLength(text);
  }
  return { texts, bytes, sha256: hash.digest('hex') };
}
