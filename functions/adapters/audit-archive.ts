import {
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  type PutObjectCommandInput,
  paginateListObjectsV2,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { auditText, digestKeyOf, recordKeyOf } from '../contract/audit-records.ts';
import type { AuditArchive, AuditRecords } from '../ports.ts';
import { s3Client } from './clients/s3.ts';

/** Another write of the same object was under way: S3 asks to come again, and then says whether it is there. */
const TRIES = 3;

/** Records and digests in the audit bucket. */
export function connectAuditArchive(Bucket: string, client = s3Client()): AuditRecords & AuditArchive {
  const create = async (Key: string, Body: string): Promise<boolean> => {
    const object = { Bucket, Key, Body, ContentType: 'application/json; charset=utf-8', IfNoneMatch: '*' };
    for (let tried = 1; ; tried++) {
      const answer = await putNew(object, tried === TRIES);
      if (answer !== 'again') return answer === 'created';
    }
  };
  const putNew = async (object: PutObjectCommandInput, last: boolean): Promise<'created' | 'there' | 'again'> => {
    try {
      await client.send(new PutObjectCommand(object));
      return 'created';
    } catch (error) {
      if (!(error instanceof S3ServiceException)) throw error;
      if (error.$metadata.httpStatusCode === 412) return 'there';
      if (error.$metadata.httpStatusCode === 409 && !last) return 'again';
      throw error;
    }
  };

  return {
    async write(record) {
      await create(recordKeyOf(record), auditText(record));
    },

    writeDigest: (digest) => create(digestKeyOf(digest.to), auditText(digest)),

    async *list(Prefix, StartAfter) {
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix, StartAfter })) {
        for (const { Key = '', LastModified } of Contents) {
          yield { key: Key, storedAt: (LastModified ?? new Date(0)).toISOString() };
        }
      }
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
  };
}
