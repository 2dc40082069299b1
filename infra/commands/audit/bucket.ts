import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { GetObjectCommand, NoSuchKey, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { clientOptions, describeStack, localAws, outputOf } from '../doctor/stack-view.ts';

/** An object of the bucket, as its list has it. */
interface Listed {
  key: string;
  /** ISO 8601, by S3's clock. */
  storedAt: string;
}

/** The audit bucket as whoever verifies it reads it: by no code or right of the relay's. */
export interface AuditBucketReader {
  /** In the order of the keys, from the one after `after` on. */
  list(prefix: string, after: string): Promise<Listed[]>;
  /** Undefined where there is none. */
  read(key: string): Promise<string | undefined>;
}

const AT_ONCE = 20;

/** Each of the objects with its text, in their order; so many texts are held at once as are read at once. */
export async function* readAll<Named extends { key: string }>(
  bucket: Pick<AuditBucketReader, 'read'>,
  objects: Named[],
): AsyncGenerator<[Named, string | undefined]> {
  for (let first = 0; first < objects.length; first += AT_ONCE) {
    const part = objects.slice(first, first + AT_ONCE);
    yield* await Promise.all(
      part.map(async (object): Promise<[Named, string | undefined]> => [object, await bucket.read(object.key)]),
    );
  }
}

/** Output of the stack that names the bucket. */
const OUTPUT = 'AuditBucketName';

/** The bucket of a stack, on AWS or, with the folder of its data, on this machine. */
export async function findAuditBucket(stack: string, data: string | undefined): Promise<AuditBucketReader> {
  const options = clientOptions(data === undefined ? undefined : await localAws(data));
  const described = await describeStack(new CloudFormationClient(options), stack);
  return readBucket(new S3Client(options), outputOf(described, OUTPUT));
}

export const readBucket = (client: S3Client, Bucket: string): AuditBucketReader => ({
  async list(Prefix, StartAfter) {
    const found: Listed[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix, StartAfter })) {
      for (const { Key = '', LastModified = new Date(0) } of Contents) {
        found.push({ key: Key, storedAt: LastModified.toISOString() });
      }
    }
    return found;
  },

  async read(Key) {
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      return await Body?.transformToString();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  },
});
