import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import * as z from 'zod';
import type { ResultStore } from '../ports.ts';
import { s3Client } from './clients/s3.ts';

/** Results in the bucket, one folder per job. */
export function connectResults(bucket: string, client = s3Client()): ResultStore {
  const put = async (key: string, body: string, contentType: string): Promise<string> => {
    await client.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: `${contentType}; charset=utf-8` }),
    );
    return key;
  };
  const putManifest = (jobId: string, manifest: object) =>
    put(`${jobId}/manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`, 'application/json');
  return {
    async amend(jobId, fields) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: `${jobId}/manifest.json` }));
      const text = (await Body?.transformToString('utf-8')) ?? '';
      const manifest = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
      await putManifest(jobId, { ...manifest, ...fields });
    },

    async write(jobId, { patch, answer, manifest }) {
      const patchKey = patch === null ? null : await put(`${jobId}/patch.diff`, patch, 'text/x-diff');
      const answerKey = answer === null ? null : await put(`${jobId}/answer.md`, answer, 'text/markdown');
      // Last: where the manifest is, everything it speaks of is there too.
      const manifestKey = await putManifest(jobId, manifest);
      return { bucket, patch: patchKey, answer: answerKey, manifest: manifestKey };
    },
  };
}
