import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { webhookProviders } from '../../functions/contract/alert.ts';
import { errorOutcomes } from '../../functions/contract/error-names.ts';
import { lintCodes } from '../../functions/contract/lint.ts';
import { endings, outcomes } from '../../functions/contract/outcomes.ts';
import { reasonCodes } from '../../functions/contract/reason-codes.ts';
import { projectRoot } from '../support/source-files.ts';

const pages = globSync(['README.md', '{functions,infra,test}/**/*.md'], {
  cwd: projectRoot,
}).sort();
const textOf = (page: string): string => readFileSync(join(projectRoot, page), 'utf8');
const readme = pages.map(textOf).join('\n');
/** Cells of every table row, by the word in the first cell. */
const rows = new Map(
  [...readme.matchAll(/^\| (.+?) \|$/gm)].map(([, row = '']) => {
    const cells = row.split(' | ');
    return [cells[0]?.replaceAll('`', '') ?? '', cells];
  }),
);

describe('the README has a row for what a reader will meet', () => {
  test.each(outcomes)('outcome %s', (outcome) => {
    expect(rows.get(outcome)?.[1]).toBe(outcome === 'cancelled' ? '–' : endings[outcome]);
  });

  test.each(reasonCodes)('reason code %s', (reason) => expect(rows.has(reason)).toBe(true));

  test.each(Object.entries(lintCodes))('lint code %s', (code, severity) => expect(rows.get(code)?.[1]).toBe(severity));

  test.each(webhookProviders)('provider %s', (provider) => expect(readme).toContain(`\`${provider}\``));

  test.each(pages)('links of %s lead somewhere', (page) => {
    const links = [...textOf(page).matchAll(/\]\(([^)#:]*)(?:#([\w-]+))?\)/g)];
    for (const [, path = '', anchor] of links) {
      const target = path === '' ? page : join(dirname(page), path);
      expect(existsSync(join(projectRoot, target)), target).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(target), `${target}#${anchor}`).toContain(anchor);
    }
  });

  test('the first page is read in one sitting: 12,000 bytes at most', () =>
    expect(Buffer.byteLength(textOf('README.md'))).toBeLessThanOrEqual(12_000));

  test.each(pages.filter((page) => page !== 'README.md'))('%s is linked to from another page', (page) => {
    const links = pages
      .filter((from) => from !== page)
      .flatMap((from) =>
        [...textOf(from).matchAll(/\]\(([^)#:]+)/g)].map(([, path = '']) => join(dirname(from), path)),
      );
    expect(links).toContain(page);
  });

  test.each(pages.filter((page) => page.endsWith('DECISIONS.md')))('each entry of %s has all it needs', (page) => {
    const [, ...entries] = textOf(page).split(/^## /m);
    expect(entries.length).toBeGreaterThan(5);
    for (const entry of entries)
      expect(entry).toMatch(
        /^\d{4}-\d{2}-\d{2}: .+\n\n\*\*Context\.\*\* [\s\S]+\n\n\*\*Decision\.\*\* [\s\S]+\n\n\*\*Right until\*\* /,
      );
  });

  test('paths that it names are there', () => {
    const paths = [...readme.matchAll(/`((?:functions|infra|test)\/[\w./-]*)`/g)].map(([, path = '']) => path);
    expect(paths.length).toBeGreaterThan(5);
    expect(paths.filter((path) => !existsSync(join(projectRoot, path)))).toEqual([]);
  });
});

describe('the table of what is decided where', () => {
  const page = textOf('functions/README.md');
  const [, section = ''] = page.split('## Where it is decided\n');
  const table = [...(section.split('\n## ')[0] ?? '').matchAll(/^\| `(.+?)` \| (.+) \|$/gm)];
  const decided = table.flatMap(([, file = '', words = '']) =>
    [...words.matchAll(/`(\w+)`/g)].map(([, word = '']) => ({ file, word })),
  );
  const errorsOf = (word: string) => Object.entries(errorOutcomes).flatMap(([name, of]) => (of === word ? [name] : []));

  test.each([...reasonCodes, ...outcomes])('has %s', (word) => expect(decided.map((row) => row.word)).toContain(word));

  test.each(decided)('$word is in $file', ({ file, word }) => {
    expect([...reasonCodes, ...outcomes]).toContain(word);
    const names = [word, ...errorsOf(word)].map((name) => `'${name}'`);
    expect(names.filter((name) => textOf(file).includes(name))).not.toEqual([]);
  });

  test.each(['', 'relay-run/', 'storm/'])(
    'each state of infra/workflow/%s that calls a function has its folder',
    (machine) => {
      const files = machine === '' ? ['states.ts', 'verify-states.ts'] : [`${machine}states.ts`];
      const states = files.map((file) => textOf(`infra/workflow/${file}`)).join('\n');
      const calls = [...states.matchAll(/(?:\btask|LambdaInvoke\.jsonata)\(scope, '([^']+)'/g)].map(
        ([, state = '']) => sharing[state] ?? state,
      );
      const folder = machine === '' ? 'session/' : machine;
      const missing = calls.filter(
        (state) => !existsSync(join(projectRoot, `functions/${folder}${state.toLowerCase().replaceAll(' ', '-')}`)),
      );
      expect({ calls: calls.length > 0, missing }).toEqual({ calls: true, missing: [] });
    },
  );

  test('the words take thirty lines at most', () => {
    const [, words = ''] = page.split('## Words\n');
    expect(words.trim().split('\n').length).toBeLessThanOrEqual(30);
  });
});

/** States that call a function of another name: what it does there is in the first column of its README row. */
const sharing: Record<string, string> = {
  'Record outcome': 'Collect result',
  'Keep result': 'Collect result',
  'Start checks': 'Verify patch',
  'Look at checks': 'Verify patch',
};

/** As GitHub makes them from headings. */
const anchorsOf = (page: string): string[] =>
  [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
