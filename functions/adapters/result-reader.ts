import { GetObjectCommand, NoSuchKey } from '@aws-sdk/client-s3';
import type { ResultReader } from '../ports.ts';
import { s3Client } from './clients/s3.ts';

/** Reads what sessions left in the bucket of the results: kilobytes mostly, a few megabytes at most. */
export const connectResultReader = (bucket: string, client = s3Client()): ResultReader => ({
  async read(key, characters) {
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return Body ? await beginningOf(Body.transformToWebStream(), characters) : '';
    } catch (error) {
      if (error instanceof NoSuchKey) return null;
      throw error;
    }
  },
});

/** Reads no further than it has to: a patch may be 48 MiB. */
async function beginningOf(body: ReadableStream<Uint8Array>, characters: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  // Leaving the loop ends the answer.
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= characters) return text.slice(0, characters);
  }
  return text + decoder.decode();
}
