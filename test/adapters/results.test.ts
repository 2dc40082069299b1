import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, test } from 'vitest';
import { connectResults } from '../../functions/adapters/results.ts';
import { mockClient } from '../support/mock-client.ts';

const client = new S3Client({ region: 'eu-central-1' });
const s3 = mockClient(client);
const puts = () => s3.commandCalls(PutObjectCommand).map(({ args }) => args[0].input);

describe('result store', () => {
  beforeEach(() => {
    s3.reset();
    s3.on(PutObjectCommand).resolves({});
  });

  test('writes patch, answer and then the manifest under the job, each with its content type', async () => {
    const artefacts = { patch: 'diff --git a/x b/x\n', answer: 'Done.', manifest: { files: 1 } };
    expect(await connectResults('results', client).write('job_1', artefacts)).toEqual({
      bucket: 'results',
      patch: 'job_1/patch.diff',
      answer: 'job_1/answer.md',
      manifest: 'job_1/manifest.json',
    });
    expect(puts()).toEqual([
      { Bucket: 'results', Key: 'job_1/patch.diff', Body: artefacts.patch, ContentType: 'text/x-diff; charset=utf-8' },
      { Bucket: 'results', Key: 'job_1/answer.md', Body: 'Done.', ContentType: 'text/markdown; charset=utf-8' },
      {
        Bucket: 'results',
        Key: 'job_1/manifest.json',
        Body: '{\n  "files": 1\n}\n',
        ContentType: 'application/json; charset=utf-8',
      },
    ]);
  });

  test('writes no object for what there is not', async () => {
    const written = await connectResults('results', client).write('job_1', { patch: null, answer: null, manifest: {} });
    expect(written).toEqual({ bucket: 'results', patch: null, answer: null, manifest: 'job_1/manifest.json' });
    expect(puts().map(({ Key }) => Key)).toEqual(['job_1/manifest.json']);
  });

  test('a patch that could not be written leaves no manifest', async () => {
    s3.on(PutObjectCommand, { Key: 'job_1/patch.diff' }).rejects(new Error('SlowDown'));
    const writing = connectResults('results', client).write('job_1', { patch: 'x', answer: null, manifest: {} });
    await expect(writing).rejects.toThrow('SlowDown');
    expect(puts().map(({ Key }) => Key)).toEqual(['job_1/patch.diff']);
  });
});
