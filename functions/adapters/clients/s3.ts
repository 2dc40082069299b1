import { S3Client } from '@aws-sdk/client-s3';

let client: S3Client | undefined;

/** The one client of a container, so that all who call the service share its connections. */
export const s3Client = (): S3Client => {
  client ??= new S3Client();
  return client;
};
