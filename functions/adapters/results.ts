import { PutObjectCommand } from '@aws-sdk/client-s3';
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
  return {
    async write(jobId, { patch, answer, manifest }) {
      const patchKey = patch === null ? null : await put(`${jobId}/patch.diff`, patch, 'text/x-diff');
      const answerKey = answer === null ? null : await put(`${jobId}/answer.md`, answer, 'text/markdown');
      // Last: where the manifest is, everything it speaks of is there too.
      const text = `${JSON.stringify(manifest, null, 2)}\n`;
      const manifestKey = await put(`${jobId}/manifest.json`, text, 'application/json');
      return { bucket, patch: patchKey, answer: answerKey, manifest: manifestKey };
    },
  };
}
