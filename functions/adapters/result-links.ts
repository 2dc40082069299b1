import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { ResultLinks } from '../ports.ts';
import { s3Client } from './clients/s3.ts';

/**
 * Signed addresses of objects in the bucket; they end earlier where the function's own credentials do. The client is
 * made at the first link.
 */
export const connectResultLinks = (bucket: string, given?: S3Client): ResultLinks => ({
  link: (Key, expiresIn) =>
    getSignedUrl(given ?? s3Client(), new GetObjectCommand({ Bucket: bucket, Key }), { expiresIn }),
});
