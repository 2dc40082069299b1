import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot, sourceFiles } from '../support/source-files.ts';

const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8');
const texts = new Map(
  sourceFiles('functions/**/*.ts', 'infra/**/*.{ts,tsx}', 'test/**/*.ts').map(({ path }) => [path, read(path)]),
);

const exported = (text: string): string[] => [
  ...[...text.matchAll(/^export (?:async )?(?:const|function\*?|class|interface|type|enum) (\w+)/gm)].map(
    ([, name = '']) => name,
  ),
  ...[...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, names = '']) => namesIn(names, 'last')),
];

/** `type A as B, c`: the first names are those of the file that exports them, the last those that are used here. */
function namesIn(list: string, which: 'first' | 'last'): string[] {
  const entries = list.split(',').map((entry) =>
    entry
      .trim()
      .replace(/^type /, '')
      .split(' as '),
  );
  return entries.flatMap((names) => names.at(which === 'first' ? 0 : -1)?.trim() || []);
}

const resolved = (path: string, specifier: string) => normalize(join(dirname(path), specifier));

/** `path name` of all that is imported, or handed on by name; `path *` where all of a file is. */
function usedBy([path, text]: [string, string]): string[] {
  const named = [...text.matchAll(/(?:import|export)(?: type)? (?:\w+, )?\{([^}]*)\} from '(\.[^']+)'/g)];
  const whole = [
    ...text.matchAll(/import(?: type)? \* as \w+ from '(\.[^']+)'/g),
    ...text.matchAll(/import\('(\.[^']+)'\)/g),
  ];
  return [
    ...named.flatMap(([, list = '', from = '']) =>
      namesIn(list, 'first').map((name) => `${resolved(path, from)} ${name}`),
    ),
    ...whole.map(([, from = '']) => `${resolved(path, from)} *`),
  ];
}

const used = new Set([...texts].flatMap(usedBy));
/** `export type * from`: what is taken from the one file is taken from the other. */
const handedOn = [...texts].flatMap(([path, text]) =>
  [...text.matchAll(/^export (?:type )?\* from '(\.[^']+)'/gm)].map(([, from = '']) => [resolved(path, from), path]),
);

/** What a tool of another kind looks for by its name. */
const entries = [
  /^functions\/.*\/handler\.ts handler$/,
  /^test\/bench\/reference\/handler\.ts handler$/,
  /sample-repository\.ts totalOf$/,
];

function isUsed(path: string, name: string): boolean {
  const paths = [path, ...handedOn.flatMap(([from, by = '']) => (from === path ? [by] : []))];
  return paths.some((each) => used.has(`${each} ${name}`) || used.has(`${each} *`));
}

describe('no export is unused', () => {
  test.each([...texts])('%s', (path, text) => {
    const unused = exported(text).filter((name) => !isUsed(path, name));
    expect(unused.filter((name) => !entries.some((entry) => entry.test(`${path} ${name}`)))).toEqual([]);
  });

  test('the rule sees each form of an export, and each form of its use', () => {
    const text =
      "export const a = 1;\nexport async function b() {}\nexport interface C {}\nexport { d, type E as F } from './x.ts';";
    expect(exported(text)).toEqual(['a', 'b', 'C', 'd', 'F']);
    const uses = "import { a, type C as D } from './y.ts';\nimport * as z from './z.ts';\nexport { d } from '../x.ts';";
    expect(usedBy(['functions/one/two.ts', uses])).toEqual([
      'functions/one/y.ts a',
      'functions/one/y.ts C',
      'functions/x.ts d',
      'functions/one/z.ts *',
    ]);
    expect(isUsed('functions/contract/limits.ts', 'limits')).toBe(true);
    expect(isUsed('functions/contract/limits.ts', 'nobodyUsesThis')).toBe(false);
  });
});
