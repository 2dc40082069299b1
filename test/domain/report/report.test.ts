import { describe, expect, test } from 'vitest';
import { outcomes } from '../../../functions/contract/outcomes.ts';
import { reportLimits } from '../../../functions/domain/report/limits.ts';
import { renderReport } from '../../../functions/domain/report/report.ts';
import type { ReportSource } from '../../../functions/domain/report/source.ts';
import { sampleAlert } from '../../support/fakes/alert-samples.ts';
import { sampleManifest, samplePatch, sampleReport } from '../../support/fakes/report-samples.ts';
import { baseCommit, jobId, sampleCollected, sampleJob } from '../../support/fakes/samples.ts';
import { readPage } from '../../support/page.ts';

const shown = (changes: Partial<ReportSource> = {}) => readPage(renderReport(sampleReport(changes)));
const without = (text: string) => text.replaceAll(/\s+/g, ' ');

describe('a page', () => {
  test('says what a reviewer asks for', () => {
    const text = without(shown().text);
    for (const part of [
      'verification_failed: Checkout error rate above 5 %',
      'Checks: unit tests passed, lint failed (exit code 1).',
      'Totals count the quantity again.',
      'lint failed (exit code 1) 3 s',
      'totals.ts 2:3 line too long',
      'package.json installs or builds code of others',
      'Left out, likely secret .env.local',
      '+ return items.reduce((sum, { price, quantity }) => sum + price * (quantity ?? 1), 0);',
      `git checkout ${baseCommit} git apply --3way patch.diff`,
      'team payments',
      'https://wiki.internal.corp/checkout',
      'First time this alert fires.',
      'Fix checkout, version 3, last changed by admin',
      '2027-03-01T12:01:00.000Z The execution started.',
      '$0.42, as the server reports it',
      '41200 in, 3100 out',
      jobId,
    ]) {
      expect(text).toContain(part);
    }
  });

  test('says whose service it was, by which entry, and where its change and the word of it belong', () => {
    const catalogue = {
      version: 3,
      entry: 'checkout',
      repository: 'shop/<b>mono',
      folder: 'a/b',
      channel: '#checkout',
    };
    const { job } = sampleReport();
    const text = without(shown({ job: { ...job, input: { ...job.input, catalogue } } }).text);
    for (const part of ['checkout, of the catalogue in version 3', 'shop/<b>mono', 'Folder a/b', 'Channel #checkout']) {
      expect(text).toContain(part);
    }
    expect(without(shown().text)).not.toContain('of the catalogue');
  });

  test.each(outcomes)('tells a session without a result that ended with %s, and what to do', (outcome) => {
    const collected = sampleCollected({ outcome, cause: 'Why it ended, and what to do.', session: null });
    const source = { job: sampleJob({ collected }), collected, manifest: undefined, patch: null, answer: null };
    const { elements, text } = shown({ ...source, alert: undefined, moments: [] });
    expect(text).toContain('Why it ended, and what to do.');
    expect(elements.filter(({ name }) => name === 'table')).toEqual([]);
    expect(text).not.toContain('How to apply');
    const colour = elements.find(({ attributes }) => attributes.class?.startsWith('outcome'))?.attributes.class;
    const green = ['diff_ready', 'no_changes'].includes(outcome);
    expect(colour).toBe(`outcome ${green ? 'green' : outcome === 'cancelled' ? 'grey' : 'red'}`);
  });

  test('says of a partial result that it is one', () => {
    const { collected } = sampleReport();
    const aborted = { ...collected, outcome: 'budget_exceeded' as const };
    expect(shown({ collected: aborted }).text).toContain('The session did not finish');
    expect(shown().text).not.toContain('The session did not finish');
  });

  test('names what cannot be seen in code, in a path and in a check', () => {
    const { patch, files } = samplePatch([
      { path: 'a\u202eb.ts', lines: ['+if (a) {\u2066 // \u202e } \rreturn;\u00a0\tx\u200b'] },
    ]);
    const { text } = shown({ patch, manifest: sampleManifest({ files }) });
    expect(text).toContain('aU+202Eb.ts');
    expect(text).toContain('+if (a) {U+2066 // U+202E } U+000Dreturn;\u00a0\txU+200B');
  });

  test('names in an answer, its code and what the sender said what turns letters around', () => {
    const answer = 'a \u202eb `c\u200bd` 👩\u200d💻\n\n```sh\nrm \u2066x\n```\n\n    e\u202e\n';
    const { text } = shown({
      answer,
      alert: sampleAlert({
        ...{ service: 's\u202e1', environment: 'e\u20662', source: 'o\u202e3' },
        ...{ labels: { 'l\u202e4': 'v\u202e5' }, links: { 'n\u202e6': 'https://ok.invalid/\u202e7' } },
      }),
    });
    for (const part of ['a U+202Eb cU+200Bd 👩\u200d💻', 'rm U+2066x', 'eU+202E'])
      expect(without(text)).toContain(part);
    for (const part of [
      'sU+202E1',
      'eU+20662',
      'oU+202E3',
      'lU+202E4 vU+202E5',
      'nU+202E6: https://ok.invalid/U+202E7',
    ])
      expect(text).toContain(part);
    expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
  });

  test('keeps the lines of each file together, whatever they hold', () => {
    const { patch, files } = samplePatch([
      {
        path: 'one.ts',
        lines: ['+diff --git a/two.ts b/two.ts', '+--- a/two.ts', '+@@ -1 +1 @@', '-*** gone', ' kept'],
      },
      { path: 'a "quoted" name.ts', lines: ['+second'] },
      { path: 'two.ts', lines: ['+third \\ No newline at end of file'] },
    ]);
    const { elements, text } = shown({ patch, manifest: sampleManifest({ files }) });
    const tables = elements.filter(({ name, attributes }) => name === 'table' && attributes.class === 'diff');
    expect(tables.map(({ attributes }) => attributes['aria-label'])).toEqual([
      'Changed lines of one.ts',
      'Changed lines of a "quoted" name.ts',
      'Changed lines of two.ts',
    ]);
    expect(text).toContain(
      '@@ -1,2 +1,4 @@\n1+diff --git a/two.ts b/two.ts\n2+--- a/two.ts\n3+@@ -1 +1 @@\n1-*** gone\n24 kept',
    );
    expect(text).toContain('third \\ No newline at end of file');
  });
});

describe('a page of much', () => {
  const { lineCharacters, fileLines, diffFiles, diffMarkup, patchCharacters, answerCharacters } = reportLimits;
  const lines = (count: number, text: string) => Array.from({ length: count }, (_, index) => `+${index} ${text}`);
  const pageOf = (files: Parameters<typeof samplePatch>[0]) => {
    const { patch, files: listed } = samplePatch(files);
    return renderReport(
      sampleReport({ patch: patch.slice(0, patchCharacters + 1), manifest: sampleManifest({ files: listed }) }),
    );
  };

  test.each([
    ['a long line', [{ path: 'a.js', lines: [`+${'x'.repeat(lineCharacters + 7)}`] }], '… 7 characters more'],
    ['a long file', [{ path: 'a.js', lines: lines(fileLines + 5, 'x') }], '6 more lines are not shown'],
    [
      'many files',
      Array.from({ length: diffFiles + 3 }, (_, index) => ({ path: `${index}.js`, lines: ['+x'] })),
      '3 more files are not shown',
    ],
    [
      'many large files',
      Array.from({ length: 12 }, (_, index) => ({ path: `${index}.js`, lines: lines(1_000, '<&"\u202e'.repeat(25)) })),
      'more files are not shown',
    ],
  ])('%s is cut, and where the rest is stands there', (name, files, sentence) => {
    const page = pageOf(files);
    expect(page.includes(sentence)).toBe(true);
    expect(page.includes('longer than this page reads')).toBe(name === 'many large files');
    expect(page.length).toBeLessThan(diffMarkup + 100_000);
  });

  test('a long answer and a long list are cut', () => {
    const withheld = Array.from({ length: 305 }, (_, index) => `${index}.env`);
    const { text } = shown({ answer: 'a'.repeat(answerCharacters + 1), manifest: sampleManifest({ withheld }) });
    expect(text).toContain('answer.md beside it has all');
    expect(text).toContain('5 more: manifest.json beside this page has all.');
  });

  test('of many labels the rest is with the alert, which the manifest does not have', () => {
    const labels = Object.fromEntries(Array.from({ length: 301 }, (_, index) => [`label-${index}`, 'a']));
    const { text } = shown({ alert: sampleAlert({ labels }) });
    expect(text).toContain(`1 more: GET /v0/alerts/${sampleJob().alertId} has all.`);
    expect(text).not.toContain('label-300');
  });

  test('a patch that just fits is whole', () => {
    const { patch, files } = samplePatch([{ path: 'a.js', lines: ['+x'] }]);
    const just = patch.padEnd(patchCharacters, '\n');
    const pageWith = (text: string) => shown({ patch: text, manifest: sampleManifest({ files }) }).text;
    expect(pageWith(just)).not.toContain('longer than this page reads');
    expect(pageWith(`${just}\n`)).toContain('longer than this page reads');
  });

  test.each([
    ['brackets', '['.repeat(answerCharacters)],
    ['links', '[a]('.repeat(answerCharacters / 4)],
    ['emphasis', '**a_ '.repeat(answerCharacters / 5)],
    ['lists', '* '.repeat(answerCharacters / 2)],
    ['quotes', '>'.repeat(answerCharacters)],
    ['backticks', Array.from({ length: 400 }, (_, index) => `${'`'.repeat(index % 200)} a`).join('')],
    [
      'one address for many links',
      `[a]: https://ok.invalid/${'x'.repeat(answerCharacters / 2)}\n\n${'[a] '.repeat(12_000)}`,
    ],
    ['letters turned around', '\u202e'.repeat(answerCharacters)],
    ['a table of empty cells', `${'|a'.repeat(8_000)}|\n${'|-'.repeat(8_000)}|\n${'|\n'.repeat(20_000)}`],
  ])('an answer that is made to be slow or large is rendered in time and space: %s', (_, answer) => {
    const before = process.cpuUsage().user;
    expect(renderReport(sampleReport({ answer })).length).toBeLessThan(2_500_000);
    // Microseconds; a third of a second where nothing else runs.
    expect(process.cpuUsage().user - before).toBeLessThan(5_000_000);
  });
});
