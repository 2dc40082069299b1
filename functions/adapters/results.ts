import { Readable } from 'node:stream';
import { GetObjectCommand, PutObjectCommand, type PutObjectCommandInput } from '@aws-sdk/client-s3';
import * as z from 'zod';
import type { TextFile } from '../domain/text/texts.ts';
import type { ResultStore } from '../ports.ts';
import { s3Client } from './clients/s3.ts';

/** Of a patch: the SDK sends a stream no second time, for it cannot be read again. */
const TRIES = 3;

/** Results in the bucket, one folder per job. */
export function connectResults(bucket: string, client = s3Client()): ResultStore {
  const put = async (key: string, contentType: string, object: Partial<PutObjectCommandInput>): Promise<string> => {
    const about = { Bucket: bucket, Key: key, ContentType: `${contentType}; charset=utf-8` };
    await client.send(new PutObjectCommand({ ...about, ...object }));
    return key;
  };
  const putManifest = (jobId: string, manifest: object) =>
    put(`${jobId}/manifest.json`, 'application/json', { Body: `${JSON.stringify(manifest, null, 2)}\n` });

  /** File by file, as fast as S3 takes it. The object is there with its last byte, and only with the right digest. */
  const putPatch = async (key: string, { texts, bytes, sha256 }: TextFile): Promise<string> => {
    const checked = { ContentLength: bytes, ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64') };
    for (let tried = 1; ; tried++) {
      try {
        return await put(key, 'text/x-diff', { Body: Readable.from(texts), ...checked });
      } catch (error) {
        if (tried === TRIES) throw error;
      }
    }
  };

  return {
    async amend(jobId, fields) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: `${jobId}/manifest.json` }));
      const text = (await Body?.transformToString('utf-8')) ?? '';
      const manifest = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
      await putManifest(jobId, { ...manifest, ...fields });
    },

    async write(jobId, { patch, answer, manifest }) {
      const patchKey = patch === null ? null : await putPatch(`${jobId}/patch.diff`, patch);
      const answerKey = answer === null ? null : await put(`${jobId}/answer.md`, 'text/markdown', { Body: answer });
      // Last: where the manifest is, everything it speaks of is there too.
      const manifestKey = await putManifest(jobId, manifest);
      return { bucket, patch: patchKey, answer: answerKey, manifest: manifestKey };
    },
  };
}
