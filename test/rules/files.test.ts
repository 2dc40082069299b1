import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { projectRoot, sourceFiles } from '../support/source-files.ts';

/** About 200 is the aim; up to 250 where cutting would split one thought. */
const MAX_LINES = 250;

describe('files', () => {
  test.each(sourceFiles('functions/**/*.ts', 'infra/**/*.ts', 'test/**/*.ts'))('$path is at most 250 lines', (file) => {
    expect(file.lines).toBeLessThanOrEqual(MAX_LINES);
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
