import { createHash, randomInt, randomUUID } from 'node:crypto';
import type { Expression } from 'jsonata';

/** $range stops here on AWS. */
const LONGEST_RANGE = 1_000;

/** Adds the functions that Step Functions has beyond JSONata. */
export function registerFunctions(expression: Expression): void {
  expression.registerFunction('uuid', () => randomUUID(), '<:s>');
  expression.registerFunction('parse', (text: string): unknown => JSON.parse(text), '<s:x>');
  expression.registerFunction('hash', hash, '<ss:s>');
  expression.registerFunction('partition', partition, '<an:a>');
  expression.registerFunction('range', range, '<nnn:a>');
  expression.registerFunction('random', random, '<n?:n>');
}

const hashes: Record<string, string> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

function hash(text: string, algorithm: string): string {
  const name = hashes[algorithm];
  if (name === undefined) throw new Error(`$hash knows ${Object.keys(hashes).join(', ')}, not ${algorithm}`);
  return createHash(name).update(text).digest('hex');
}

function partition(items: unknown[], size: number): unknown[][] {
  if (!Number.isInteger(size) || size < 1) throw new Error('$partition needs a positive whole number');
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

function range(first: number, last: number, step: number): number[] {
  if (step === 0) throw new Error('$range needs a step other than 0');
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  if (length > LONGEST_RANGE) throw new Error(`$range makes at most ${LONGEST_RANGE} numbers`);
  return Array.from({ length }, (_, index) => first + index * step);
}

/** From 0 up to 1. One seed always gives one number, though not the number that AWS gives. */
function random(seed?: number): number {
  const integer =
    seed === undefined ? randomInt(2 ** 32) : createHash('sha256').update(`${seed}`).digest().readUInt32BE();
  return integer / 2 ** 32;
}
