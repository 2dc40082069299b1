import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, onTestFinished, test } from 'vitest';
import { savePatch } from '../../../infra/local/patch-file.ts';
import { newDirectory, startAws } from './aws/fixture.ts';

const nothing = {
  ...{ bucket: 'results', patch: null, patchSha256: null, answer: null, manifest: 'job_1/manifest.json' },
  ...{ files: 0, additions: 0, deletions: 0, baseCommit: null },
};

const linesOf = (count: number) => Array.from({ length: count }, (_, index) => `+line ${index + 1}\n`).join('');

/** What is told of a session that has the patch. */
async function saved(patch: string) {
  const aws = await startAws();
  onTestFinished(aws.close);
  aws.buckets.ensure('results');
  const Key = 'job_1/patch.diff';
  const s3 = new S3Client({ ...aws.sdk, forcePathStyle: true });
  await s3.send(new PutObjectCommand({ Bucket: 'results', Key, Body: patch }));
  const folder = join(newDirectory(), 'patches');
  return {
    patch,
    told: await savePatch(
      { jobId: 'job_1', result: { ...nothing, patch: Key } },
      { endpoint: aws.sdk.endpoint, folder },
    ),
  };
}

test('the patch of any session is shown, and kept whole in a file that only the user reads', async () => {
  const { patch, told } = await saved(linesOf(60));
  expect(told?.shown).toBe(patch.trimEnd());
  const path = told?.path ?? '';
  expect(path.endsWith('/patches/job_1.diff')).toBe(true);
  expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o077]).toEqual([patch, 0]);
});

test('of a long one a screen is shown, and how much more there is', async () => {
  const { patch, told } = await saved(linesOf(62));
  expect(told?.shown.split('\n').slice(-2)).toEqual(['+line 60', '… and 2 lines more']);
  expect(readFileSync(told?.path ?? '', 'utf8')).toBe(patch);
});

test('what would have the terminal do something, or fill it with one line, is seen and not done', async () => {
  const { patch, told } = await saved(`+\u001b[2J\u001b]0;owned\u0007\ta\u202eb\u009b1m\r\n+${'x'.repeat(10_000)}\n`);
  const [first, second] = told?.shown.split('\n') ?? [];
  expect(first).toBe('+<U+001B>[2J<U+001B>]0;owned<U+0007>\ta<U+202E>b<U+009B>1m<U+000D>');
  expect(second).toBe(`+${'x'.repeat(499)}… 9501 characters more`);
  expect(readFileSync(told?.path ?? '', 'utf8')).toBe(patch);
});

test('a session without a patch has none', async () => {
  for (const result of [null, nothing]) {
    expect(await savePatch({ jobId: 'job_1', result }, { endpoint: 'http://127.0.0.1:1', folder: '/nowhere' })).toBe(
      undefined,
    );
  }
});
