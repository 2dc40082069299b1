import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createCredentialScanner } from '../../../functions/adapters/credential-scanner/scanner.ts';
import { isLong } from '../../support/property-runs.ts';
import { projectRoot } from '../../support/source-files.ts';
import { tokenKinds } from './token-kinds.ts';

const scanner = createCredentialScanner();

describe('credentials that were made a moment ago', () => {
  /** One in some hundred random texts has too little variety, or a word in it that is none of a secret. */
  const TRIES = 3;
  test.each(Object.entries(tokenKinds))('%s is found', (_, make) => {
    const found = Array.from({ length: TRIES }, () => scanner.kindsIn('notes.txt', make().split('\n')).length > 0);
    expect(found).toContain(true);
  });

  test('there are more than 40 kinds of them', () => expect(Object.keys(tokenKinds).length).toBeGreaterThan(40));

  test('one in the middle of a long line is found', () => {
    const line = `${'x '.repeat(4_000)}${tokenKinds.github_ghp?.()} ${'y '.repeat(4_000)}`;
    expect(scanner.kindsIn('bundle.js', [line])).toEqual(['github-pat']);
  });
});

describe('an answer', () => {
  test('is told with the kind of each credential in its place', () => {
    const token = tokenKinds.github_ghp?.() ?? '';
    const { text, kinds } = scanner.masked(`I used ${token} twice: ${token}.\nThen I ran the tests.`);
    expect(text).toBe('I used [github-pat] twice: [github-pat].\nThen I ran the tests.');
    expect(kinds).toEqual(['github-pat']);
  });

  test('that quotes a private key is told without all of it, also where it is cut off', () => {
    const key = `-----BEGIN RSA PRIVATE KEY-----\n${'MIIEabc/def+\n'.repeat(5)}`;
    const whole = scanner.masked(`Before\n${key}-----END RSA PRIVATE KEY-----\nafter`);
    expect(whole).toEqual({ text: 'Before\n[private-key]\nafter', kinds: ['private-key'] });
    expect(scanner.masked(`Before\n${key}`)).toEqual({ text: 'Before\n[private-key]', kinds: ['private-key'] });
  });

  test.each(Object.entries(tokenKinds))('%s is not in it any more', (_, make) => {
    const answers = Array.from({ length: 3 }, () => make());
    const masked = answers.map((text) => scanner.masked(text));
    expect(masked.some(({ text, kinds }, index) => text !== answers[index] && kinds.length > 0)).toBe(true);
    for (const { text, kinds } of masked)
      expect(kinds.length === 0 || kinds.some((kind) => text.includes(`[${kind}]`))).toBe(true);
  });

  test('without any is told as it is', () => {
    const text = 'Fixed: password = process.env.DB_PASSWORD is read once.\n\nSee README.md.';
    expect(scanner.masked(text)).toEqual({ text, kinds: [] });
  });
});

describe('what is no credential', () => {
  test.each([
    'const token: string = readToken();',
    'password = process.env.DB_PASSWORD',
    'GITHUB_TOKEN: $' + '{{ secrets.GITHUB_TOKEN }}',
    'export type ApiKey = string;',
    '"integrity": "sha512-AbCdEf0123456789AbCdEf0123456789AbCdEf0123456789AbCdEf0123456789AbCdEf0123456789AbCd=="',
    'https://user:$' + '{password}@host/path',
    'git checkout 52b1c483642dd7754f5ca3b9227ac1afa9aa361d',
    'Authorization: Bearer <token>',
  ])('%s', (line) => expect(scanner.kindsIn('src/a.ts', [line])).toEqual([]));

  /** Texts of installed packages. All of them in the long run, else every so many. */
  test('false alarms in installed code are rarer than one in 20,000 lines', () => {
    const every = isLong ? 1 : 250;
    const files = textsIn(join(projectRoot, 'node_modules')).filter((_, index) => index % every === 0);
    let lines = 0;
    let alarms = 0;
    for (const file of files) {
      const text = readFileSync(file, 'utf8').split('\n');
      lines += text.length;
      alarms += scanner.kindsIn(file, text).length;
    }
    expect(lines).toBeGreaterThan(isLong ? 1_000_000 : 2_000);
    expect(alarms).toBeLessThanOrEqual(Math.ceil(lines / 20_000));
  }, 600_000);
});

test('lines that are made to be slow are not', () => {
  const keywords = [
    'secret',
    'api',
    'key',
    'token',
    'password',
    'auth',
    'sk-',
    'ghp_',
    'eyJ',
    '://',
    'bearer ',
    'xoxb-',
  ];
  const hostile = [...keywords, ...keywords.map((word) => `${word} = `), ...keywords.map((word) => `${word}:"a.b-c_`)];
  const before = process.cpuUsage();
  for (const piece of hostile) scanner.kindsIn('a.txt', [piece.repeat(Math.ceil(50_000 / piece.length))]);
  // Microseconds of CPU time, which other processes do not lengthen; 0.5 s is usual for these 1.8 million characters.
  expect(process.cpuUsage(before).user).toBeLessThan(20e6);
});

function textsIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name.startsWith('.') ? [] : textsIn(path);
    const isText = entry.isFile() && /\.(?:[cm]?[jt]s|json|md|ya?ml|txt|css|html)$/.test(entry.name);
    return isText && statSync(path).size < 2_000_000 ? [path] : [];
  });
}
