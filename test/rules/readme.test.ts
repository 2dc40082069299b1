import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { endings, outcomes } from '../../functions/contract/outcomes.ts';
import { reasonCodes } from '../../functions/contract/reason-codes.ts';
import { projectRoot } from '../support/source-files.ts';

const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8');
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

  test('paths that it names are there', () => {
    const paths = [...readme.matchAll(/`((?:functions|infra|test)\/[\w./-]*)`/g)].map(([, path = '']) => path);
    expect(paths.length).toBeGreaterThan(5);
    expect(paths.filter((path) => !existsSync(join(projectRoot, path)))).toEqual([]);
  });
});
