import { createHash } from 'node:crypto';
import { closeSync, openSync, readdirSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { makeDirectory, readIfThere, replaceFile } from '../private-files.ts';

const objectInfoSchema = z.strictObject({
  key: z.string(),
  /** Hex MD5 of the body. */
  etag: z.string(),
  bytes: z.number(),
  /** Epoch milliseconds. */
  modifiedAt: z.number(),
  /** Headers that come back with the object, e.g. its content type. */
  headers: z.record(z.string(), z.string()),
});
export type ObjectInfo = z.infer<typeof objectInfoSchema>;

const ENDING = '.object';
const NEWLINE = '\n';
/** Node takes 16 KiB of request headers; in JSON they may grow to twice that. */
const MOST_INFO_BYTES = 64 * 1024;

/**
 * Objects of all buckets: a folder per bucket, a file per object with what is known of it as JSON in its first line.
 */
export class ObjectFiles {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
    makeDirectory(directory);
  }

  addBucket(bucket: string): void {
    makeDirectory(join(this.#directory, bucket));
  }

  write(bucket: string, info: ObjectInfo, body: Buffer): void {
    replaceFile(this.#path(bucket, info.key), Buffer.concat([Buffer.from(JSON.stringify(info) + NEWLINE), body]));
  }

  read(bucket: string, key: string): { info: ObjectInfo; body: Buffer } | undefined {
    const data = readIfThere(this.#path(bucket, key));
    if (!data) return undefined;
    return { info: parseInfo(data), body: data.subarray(data.indexOf(NEWLINE) + 1) };
  }

  delete(bucket: string, key: string): void {
    rmSync(this.#path(bucket, key), { force: true });
  }

  /** In S3's order: by the bytes of their keys. */
  list(bucket: string): ObjectInfo[] {
    const folder = join(this.#directory, bucket);
    return readdirSync(folder)
      .filter((file) => file.endsWith(ENDING))
      .map((file) => parseInfo(readStart(join(folder, file))))
      .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  }

  /** By digest: no key can leave the folder, and `a` may stand beside `a/b`. */
  #path(bucket: string, key: string): string {
    return join(this.#directory, bucket, createHash('sha256').update(key).digest('hex') + ENDING);
  }
}

const parseInfo = (data: Buffer): ObjectInfo =>
  objectInfoSchema.parse(JSON.parse(data.toString('utf8', 0, data.indexOf(NEWLINE))));

function readStart(path: string): Buffer {
  const buffer = Buffer.alloc(MOST_INFO_BYTES);
  const file = openSync(path, 'r');
  try {
    return buffer.subarray(0, readSync(file, buffer));
  } finally {
    closeSync(file);
  }
}
