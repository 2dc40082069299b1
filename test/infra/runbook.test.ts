import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { isGreen, outcomes } from '../../functions/contract/outcomes.ts';
import { passingReasons, type ReasonCode } from '../../functions/contract/reason-codes.ts';
import { functionSpecs } from '../../infra/functions.ts';
import { synthesizedAlarms } from '../support/alarms.ts';
import { projectRoot } from '../support/source-files.ts';

const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8');
const [, ...chapters] = read('infra/RUNBOOK.md').split(/^## /m);
const sections = new Map(
  chapters.flatMap((chapter) => {
    const [, ...parts] = chapter.split(/^### /m);
    return parts.map((part) => {
      const [heading = '', ...lines] = part.split('\n');
      return [heading, lines.join('\n').trim()];
    });
  }),
);

/** Reasons for which nothing has started yet, and something still may. */
const holding: ReasonCode[] = [...passingReasons, 'storm_failed', 'cooldown', 'budget', 'same_title_running'];
const red = outcomes.filter((outcome) => !isGreen(outcome) && outcome !== 'cancelled');
const alarms = [...synthesizedAlarms().values()].map(({ name, description }) => {
  const [, anchor = ''] = /infra\/RUNBOOK\.md#([a-z]+)/.exec(description) ?? [];
  return { name, anchor };
});
const headingOf = (anchor: string) => [...sections.keys()].find((heading) => heading.toLowerCase() === anchor);

const scripts = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json'))).scripts;
const sources = globSync('functions/**/*.ts', { cwd: projectRoot }).map(read).join('\n');

describe('the runbook', () => {
  test.each(alarms)('has the section that the alarm $name names', ({ anchor }) => {
    expect(headingOf(anchor)).toBeDefined();
  });

  test.each([...red, ...holding])('has a section for %s', (word) => expect([...sections.keys()]).toContain(word));

  test('has no section for what is not there', () => {
    const known = new Set([...alarms.flatMap(({ anchor }) => headingOf(anchor) ?? []), ...red, ...holding]);
    expect([...sections.keys()].filter((heading) => !known.has(heading))).toEqual([]);
  });

  test.each([...sections])('says of %s what it means, how to look, how it clears, and what not to do', (_, text) => {
    const paragraphs = text.split('\n\n');
    const begins = paragraphs.map((paragraph) => /^\*\*(\w+)\.\*\* \S.{10,}/.exec(paragraph)?.[1]);
    expect(begins).toEqual(['Means', 'Look', 'Clears', 'Not']);
  });

  test.each([...sections])('names for %s only commands, functions and log lines that exist', (_, text) => {
    const commands = [...text.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, name = '']) => name);
    expect(commands.filter((name) => !(name in scripts))).toEqual([]);
    const logs = [...text.matchAll(/logs? of ((?:`[a-z-]+`(?:, | and | or )?)+)/g)].flatMap(([, names = '']) =>
      [...names.matchAll(/`([a-z-]+)`/g)].map(([, name = '']) => name),
    );
    expect(logs.filter((name) => !(name in functionSpecs))).toEqual([]);
    const lines = [...text.matchAll(/`([A-Z][a-z]+ [a-z ]+)`/g)].map(([, line = '']) => line);
    expect(lines.filter((line) => !sources.includes(`'${line}'`))).toEqual([]);
  });
});
