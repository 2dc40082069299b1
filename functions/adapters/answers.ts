import { GetObjectCommand, NoSuchKey } from '@aws-sdk/client-s3';
import type { AnswerReader } from '../ports.ts';
import { s3Client } from './clients/s3.ts';

/** Reads answers of sessions from the bucket of the results. An answer is one message of a model: a few kilobytes. */
export const connectAnswers = (bucket: string, client = s3Client()): AnswerReader => ({
  async read(key, characters) {
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return ((await Body?.transformToString('utf-8')) ?? '').slice(0, characters);
    } catch (error) {
      if (error instanceof NoSuchKey) return null;
      throw error;
    }
  },
});
