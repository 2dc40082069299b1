import type { ShownManifest } from '../../../functions/domain/report/manifest.ts';
import { shownManifestSchema } from '../../../functions/domain/report/manifest.ts';
import type { ReportSource } from '../../../functions/domain/report/source.ts';
import { filePatch } from '../../../functions/domain/session/patch.ts';
import { sampleAlert } from './alert-samples.ts';
import { baseCommit, executionArn, jobId, sampleCollected, sampleJob } from './samples.ts';

interface SampleFile {
  path: string;
  /** With its signs. */
  lines: string[];
}

/** A patch as sessions leave it, and the list of its files. */
export function samplePatch(files: readonly SampleFile[]): { patch: string; files: ShownManifest['files'] } {
  const told = files.map(({ path, lines }) => {
    const [removed = [], added = []] = ['-', '+'].map((sign) => lines.filter((line) => line.startsWith(sign)));
    const context = lines.length - removed.length - added.length;
    const header = `@@ -1,${removed.length + context} +1,${added.length + context} @@`;
    const diff = { path, status: 'modified' as const, additions: added.length, deletions: removed.length };
    return { ...diff, patch: [`--- a/${path}`, `+++ b/${path}`, header, ...lines, ''].join('\n') };
  });
  return {
    patch: told.map((diff) => filePatch(diff) ?? '').join(''),
    files: told.map(({ patch: _, ...file }) => file),
  };
}

export const sampleManifest = (changes: Partial<ShownManifest> = {}): ShownManifest =>
  shownManifestSchema.parse(changes);

const checkout = samplePatch([
  {
    path: 'src/checkout/totals.ts',
    lines: [
      ' export function totalOf(items: Item[]): number {',
      '-  return items.reduce((sum, item) => sum + item.price, 0);',
      '+  // Prices are in cents, and a quantity of null means one piece.',
      '+  return items.reduce((sum, { price, quantity }) => sum + price * (quantity ?? 1), 0);',
      ' }',
    ],
  },
  { path: 'package.json', lines: ['-  "version": "1.4.1",', '+  "version": "1.4.2",'] },
]);

const answer = `# Checkout totals

The totals left out the **quantity** of an item since \`4f1c2d3\`. I multiply by it again.

1. Ran the tests of \`totals.ts\`: 14 pass.
2. See [the change that broke it](https://github.com/example/shop/pull/812).

| Items | Before | After |
|---|---|---|
| 2 × 9.99 | 9.99 | 19.98 |
`;

/** A session that has changed two files, with everything that a page can show. */
export function sampleReport(changes: Partial<ReportSource> = {}): ReportSource {
  const collected = sampleCollected({
    ...{
      outcome: 'verification_failed',
      cause: '2 files changed. Checks: unit tests passed, lint failed (exit code 1).',
    },
    ...{ costUsd: 0.4213, polls: 12 },
    tokens: { input: 41_200, output: 3_100, reasoning: 900, cacheRead: 120_000, cacheWrite: 8_000 },
    agentVerdict: { verdict: 'fixed', sentence: 'Totals count the quantity again.', confidence: 0.9 },
    checks: [
      { name: 'unit tests', verdict: 'passed', exitCode: 0, seconds: 14, output: '14 passed\n' },
      { name: 'lint', verdict: 'failed', exitCode: 1, seconds: 3, output: 'totals.ts\n  2:3  line too long\n' },
    ],
    result: {
      ...{ bucket: 'results', patch: `${jobId}/patch.diff`, answer: `${jobId}/answer.md` },
      ...{ manifest: `${jobId}/manifest.json`, patchSha256: 'a3f5'.repeat(16), baseCommit },
      ...{ files: 2, additions: 3, deletions: 2 },
    },
  });
  const moment = (minute: number, sentence: string) => ({ at: `2027-03-01T12:0${minute}:00.000Z`, sentence });
  return {
    job: sampleJob({ collected, executionArn }),
    collected,
    alert: sampleAlert({
      message: 'Checkout totals are too low.\nSince the deployment of 11:52.',
      labels: { team: 'payments', cluster: 'eu-1' },
      links: { runbook: 'https://wiki.internal.corp/checkout' },
    }),
    moments: [moment(0, 'The alert came in.'), moment(1, 'The execution started.'), moment(9, 'It ended.')],
    manifest: sampleManifest({
      files: checkout.files,
      patchCheck: 'applied',
      flags: [{ path: 'package.json', why: ['installs or builds code of others'] }],
      withheld: ['.env.local'],
    }),
    patch: checkout.patch,
    answer,
    at: '2027-03-01T12:10:00.000Z',
    ...changes,
  };
}
