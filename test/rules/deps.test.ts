import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot, sourceFiles } from '../support/source-files.ts';

/** So many types may stand on top of each other: whoever reads what a use case needs looks into as many files. */
const MAX_LEVELS = 2;

/**
 * What a `Deps` type is made of: other `Deps` types that it extends, picks from or stands for. A sum (`A & B`) lists
 * what several use cases need, and is no level of its own: it is left out.
 */
function parentsOf(text: string): [name: string, parents: string[]][] {
  const declared = [
    ...text.matchAll(/^(?:export )?interface (\w*Deps)\s*(?:extends ([^{]*))?\{/gm),
    ...text.matchAll(/^(?:export )?type (\w*Deps) = ([^;{&]*);/gm),
  ];
  return declared.map(([, name = '', of = '']) => [name, [...of.matchAll(/\b\w+Deps\b/g)].map(([parent]) => parent)]);
}

const parents = new Map(
  sourceFiles('functions/**/*.ts').flatMap(({ path }) => parentsOf(readFileSync(join(projectRoot, path), 'utf8'))),
);

/** Levels below a type: 0 where it is made of no other. */
function levelsOf(name: string, known = parents): number {
  const below = known.get(name) ?? [];
  return below.length === 0 ? 0 : 1 + Math.max(...below.map((each) => levelsOf(each, known)));
}

describe('a Deps type has at most two levels of others below it', () => {
  test.each([...parents.keys()])('%s', (name) => {
    expect(levelsOf(name)).toBeLessThanOrEqual(MAX_LEVELS);
  });

  test('the rule counts extended, picked and renamed types, and no sum', () => {
    const text = [
      'export interface ADeps {}',
      "interface BDeps extends Pick<ADeps, 'a'> {",
      'export interface CDeps\n  extends Other,\n    BDeps {',
      'export type DDeps = CDeps;',
      'export type EDeps = CDeps & ADeps;',
    ].join('\n');
    const known = new Map(parentsOf(text));
    expect(['ADeps', 'BDeps', 'CDeps', 'DDeps', 'EDeps'].map((name) => levelsOf(name, known))).toEqual([0, 1, 2, 3, 0]);
  });
});
