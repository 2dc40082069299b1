import type { S3Client } from '@aws-sdk/client-s3';
import type { ResultLinks } from '../ports.ts';

/**
 * Signed addresses of objects in the bucket; they end earlier where the function's own credentials do. The client is
 * evaluated at the first link: no other request of the management API waits for it.
 */
export function connectResultLinks(bucket: string, given?: S3Client): ResultLinks {
  return {
    async link(key, seconds) {
      const [{ GetObjectCommand }, { getSignedUrl }, { s3Client }] = await Promise.all([
        import('@aws-sdk/client-s3'),
        import('@aws-sdk/s3-request-presigner'),
        import('./clients/s3.ts'),
      ]);
      const client = given ?? s3Client();
      return getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: key }), { expiresIn: seconds });
    },
  };
}
