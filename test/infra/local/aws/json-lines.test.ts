import { appendFileSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { JsonLines } from '../../../../infra/local/aws/json-lines.ts';
import { newDirectory } from './fixture.ts';

const open = (path: string) => new JsonLines(path, z.number());

test('what was appended is read, after a torn line too', () => {
  const path = join(newDirectory(), 'log');
  const first = open(path);
  expect(first.read()).toEqual([]);
  first.append(1);
  first.append(2);
  appendFileSync(path, '30');
  const second = open(path);
  second.append(4);
  expect(second.read()).toEqual([1, 2, 4]);
  second.replace([2]);
  second.append(5);
  expect(readFileSync(path, 'utf8')).toBe('2\n5\n');
});

test('a line of another schema is an error, not skipped', () => {
  const path = join(newDirectory(), 'log');
  appendFileSync(path, '1\n"secret"\n2\n');
  expect(() => open(path).read()).toThrow(/log: line 2 cannot be read/);
});

test('an append that fails is thrown, and the next one works', () => {
  const path = join(newDirectory(), 'log');
  const lines = open(path);
  mkdirSync(path);
  expect(() => lines.append(1)).toThrow();
  rmdirSync(path);
  lines.append(2);
  expect(lines.read()).toEqual([2]);
});
