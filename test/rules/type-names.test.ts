import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot, sourceFiles } from '../support/source-files.ts';

/** Files by the names of the types that they declare. */
function declarations(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { path } of sourceFiles('functions/**/*.ts')) {
    const text = readFileSync(join(projectRoot, path), 'utf8');
    for (const [, name = ''] of text.matchAll(/^(?:export )?(?:interface|type|class) (\w+)/gm))
      found.set(name, [...(found.get(name) ?? []), path]);
  }
  return found;
}

test('no name of a type stands for two things in functions/', () => {
  const all = declarations();
  expect(all.size).toBeGreaterThan(100);
  expect([...all].filter(([, files]) => files.length > 1)).toEqual([]);
});
