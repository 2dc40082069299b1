import { HeadObjectCommand, NotFound, PutObjectCommand } from '@aws-sdk/client-s3';
import { reportKeyOf } from '../contract/report.ts';
import type { ReportStore } from '../ports.ts';
import { s3Client } from './clients/s3.ts';

/** Pages of sessions in the bucket of the results, a folder per job. */
export const connectReports = (Bucket: string, client = s3Client()): ReportStore => ({
  async isThere(jobId) {
    try {
      await client.send(new HeadObjectCommand({ Bucket, Key: reportKeyOf(jobId) }));
      return true;
    } catch (error) {
      if (error instanceof NotFound) return false;
      throw error;
    }
  },

  async write(jobId, page) {
    const ContentType = 'text/html; charset=utf-8';
    await client.send(new PutObjectCommand({ Bucket, Key: reportKeyOf(jobId), Body: page, ContentType }));
  },
});
