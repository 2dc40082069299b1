import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, test } from 'vitest';
import { connectResults } from '../../functions/adapters/results.ts';
import { textFileOf, textsOf } from '../../functions/domain/text/texts.ts';
import { mockClient } from '../support/mock-client.ts';

const client = new S3Client({ region: 'eu-central-1' });
const s3 = mockClient(client);
const puts = () => s3.commandCalls(PutObjectCommand).map(({ args }) => args[0].input);
const patch = textFileOf(['diff --git a/x b/x\n', 'diff --git a/ü b/ü\n']);
/** A stream, as it is sent. */
function bodyOf({ Body }: { Body?: unknown }): Readable {
  if (Body instanceof Readable) return Body;
  throw new Error('The body is no stream');
}

describe('result store', () => {
  beforeEach(() => {
    s3.reset();
    s3.on(PutObjectCommand).resolves({});
  });

  test('writes patch, answer and then the manifest under the job, each with its content type', async () => {
    const artefacts = { patch, answer: 'Done.', manifest: { files: 1 } };
    expect(await connectResults('results', client).write('job_1', artefacts)).toEqual({
      bucket: 'results',
      patch: 'job_1/patch.diff',
      answer: 'job_1/answer.md',
      manifest: 'job_1/manifest.json',
    });
    expect(puts()).toEqual([
      {
        Bucket: 'results',
        Key: 'job_1/patch.diff',
        Body: expect.any(Readable),
        ContentLength: 40,
        ChecksumSHA256: Buffer.from(patch.sha256, 'hex').toString('base64'),
        ContentType: 'text/x-diff; charset=utf-8',
      },
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

  test('the patch is made file by file, no faster than it is sent', async () => {
    let [ahead, most] = [0, 0];
    const made = (index: number) => {
      ahead += 1;
      return `${index}${'x'.repeat(15_000)}\n`;
    };
    const large = textFileOf(textsOf([...Array(500).keys()], made));
    ahead = 0;
    let bytes = 0;
    s3.on(PutObjectCommand, { Key: 'job_1/patch.diff' }).callsFake(async (input) => {
      for await (const chunk of bodyOf(input)) {
        most = Math.max(most, ahead);
        ahead -= 1;
        bytes += Buffer.byteLength(chunk);
        await nextTurn();
      }
      return {};
    });
    await connectResults('results', client).write('job_1', { patch: large, answer: null, manifest: {} });
    expect(bytes).toBe(large.bytes);
    expect(most).toBeLessThanOrEqual(2);
  });

  test('a patch that was cut off on its way is sent again from its beginning', async () => {
    const sent: string[] = [];
    s3.on(PutObjectCommand, { Key: 'job_1/patch.diff' })
      .callsFakeOnce(async (input) => {
        for await (const _ of bodyOf(input)) throw new Error('ECONNRESET');
      })
      .callsFake(async (input) => {
        sent.push(await text(bodyOf(input)));
        return {};
      });
    await connectResults('results', client).write('job_1', { patch, answer: null, manifest: {} });
    expect(sent).toEqual(['diff --git a/x b/x\ndiff --git a/ü b/ü\n']);
  });

  test('a patch that could not be written leaves no manifest', async () => {
    s3.on(PutObjectCommand, { Key: 'job_1/patch.diff' }).rejects(new Error('SlowDown'));
    const writing = connectResults('results', client).write('job_1', { patch, answer: null, manifest: {} });
    await expect(writing).rejects.toThrow('SlowDown');
    expect(puts().map(({ Key }) => Key)).toEqual(Array(3).fill('job_1/patch.diff'));
  });
});
