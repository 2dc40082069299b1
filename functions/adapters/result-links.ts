import type { S3Client } from '@aws-sdk/client-s3';
import type { ResultLinks } from '../ports.ts';

/**
 * Signed addresses of objects in the bucket; they end earlier where the function's own credentials do. The client is
 * evaluated at the first link: no other request of the management API waits for it.
 */
export function connectResultLinks(bucket: string, given?: S3Client): ResultLinks {
  let client = given;
  return {
    async link(key, seconds) {
      const [s3, { getSignedUrl }] = await Promise.all([
        import('@aws-sdk/client-s3'),
        import('@aws-sdk/s3-request-presigner'),
      ]);
      client ??= new s3.S3Client();
      return getSignedUrl(client, new s3.GetObjectCommand({ Bucket: bucket, Key: key }), { expiresIn: seconds });
    },
  };
}
