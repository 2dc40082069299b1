import { DeleteObjectCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ErasedResults } from '../ports.ts';
import { s3Client } from './clients/s3.ts';

/** A result has three objects of a few versions each; S3 lists a thousand at once. */
const PAGES = 10;

/**
 * Deletes objects version by version, what an earlier deletion left behind too: without its version an object could be
 * brought back. The client is made at the first deletion.
 */
export const connectErasedResults = (Bucket: string, given?: S3Client): ErasedResults => ({
  async erase(jobId) {
    const client = given ?? s3Client();
    // From the beginning each time: what was listed is gone.
    for (let page = 0; page < PAGES; page++) {
      const listed = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix: `${jobId}/` }));
      const { Versions = [], DeleteMarkers = [] } = listed;
      for (const { Key, VersionId } of [...Versions, ...DeleteMarkers]) {
        await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
      }
      if (!listed.IsTruncated) return;
    }
    throw new Error(`The result of job ${jobId} has more versions than are deleted at once`);
  },
});
