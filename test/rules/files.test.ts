import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { projectRoot, sourceFiles } from '../support/source-files.ts';

/** About 200 is the aim; up to 250 where cutting would split one thought. */
const MAX_LINES = 250;

/** The formatter keeps code to it and leaves comments alone. */
const { lineWidth } = z
  .object({ formatter: z.object({ lineWidth: z.number() }) })
  .parse(JSON.parse(readFileSync(join(projectRoot, '.biome.json'), 'utf8'))).formatter;
const isComment = (line: string) => /^\s*(\/\*|\*|\/\/)/.test(line);

describe('files', () => {
  test.each(sourceFiles('functions/**/*.ts', 'infra/**/*.{ts,tsx}', 'test/**/*.ts'))(
    '$path is at most 250 lines',
    (file) => {
      expect(file.lines).toBeLessThanOrEqual(MAX_LINES);
    },
  );

  test.each(sourceFiles('functions/**/*.ts', 'infra/**/*.{ts,tsx}', 'test/**/*.ts'))(
    '$path has no comment wider than code',
    (file) => {
      const lines = readFileSync(join(projectRoot, file.path), 'utf8').split('\n');
      expect(lines.filter((line) => isComment(line) && line.length > lineWidth)).toEqual([]);
    },
  );

  // Its own second is not enough for a machine with other work: `eventually` has one limit for all.
  test('only eventually() asks Vitest to wait', () => {
    const waiting = sourceFiles('test/**/*.ts')
      .filter(({ path }) => /\bvi\.wait(?:For|Until)\(/.test(readFileSync(join(projectRoot, path), 'utf8')))
      .map(({ path }) => path);
    expect(waiting).toEqual(['test/support/eventually.ts']);
  });

  test('the top level holds the three folders and what a tool insists on', () => {
    const tracked = execFileSync('git', ['ls-files'], { cwd: projectRoot, encoding: 'utf8' }).trim().split('\n');
    const topLevel = new Set(tracked.map((path) => path.split('/')[0] ?? ''));
    const fixed = [
      'functions',
      'infra',
      'test',
      'cdk.json',
      'package.json',
      'package-lock.json',
      'tsconfig.json',
      'README.md',
      'LICENSE',
    ];
    expect([...topLevel].filter((name) => !fixed.includes(name) && !name.startsWith('.'))).toEqual([]);
  });
});
