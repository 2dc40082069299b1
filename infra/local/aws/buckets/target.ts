import { AwsError } from '../error.ts';
import type { HttpRequest } from '../http.ts';
import { notImplemented } from './errors.ts';

/** What a path-style request is about: all buckets, one bucket, or one object. */
interface ObjectTarget {
  bucket: string | undefined;
  key: string | undefined;
}

const MOST_KEY_BYTES = 1_024;

/** Throws InvalidURI or KeyTooLongError. */
export function parseTarget(path: string): ObjectTarget {
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(decode(path)) ?? [];
  if (Buffer.byteLength(key) > MOST_KEY_BYTES) throw new AwsError('KeyTooLongError', 'Your key is too long');
  return { bucket: bucket || undefined, key: key || undefined };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.");
  }
}

/**
 * Headers of S3 that change nothing here: how the request was signed, sent and checked, and encryption that is on
 * anyway.
 */
const harmless =
  /^x-amz-(content-sha256|date|decoded-content-length|trailer|checksum-.+|sdk-checksum-algorithm|security-token|user-agent|meta-.+|expected-bucket-owner|server-side-encryption)$/;
/** A signature in the address instead of a header. Not checked, as no signature is here. */
const presigned =
  /^X-Amz-(Algorithm|Content-Sha256|Credential|Date|Expires|Security-Token|Signature|SignedHeaders)$|^x-amz-checksum-mode$/;
const conditional = ['range', 'if-match', 'if-modified-since', 'if-unmodified-since'];
/** The one condition that is served: a put that makes an object, and replaces none. */
export const ifNoneMatch = 'if-none-match';

/**
 * Refuses what would change the answer and is not served here, e.g. a range, a condition, a copy or an upload in parts.
 */
export function checkRequest({ method, query, headers }: HttpRequest, allowedQuery: string[] = []): void {
  for (const name of query.keys()) {
    // SDK clients name the operation once more in x-id.
    if (name !== 'x-id' && !presigned.test(name) && !allowedQuery.includes(name))
      throw notImplemented(`The parameter ${name}`);
  }
  for (const name of Object.keys(headers)) {
    if (name === ifNoneMatch && method === 'PUT' && headers[name] === '*') continue;
    if (name === ifNoneMatch || conditional.includes(name) || (name.startsWith('x-amz-') && !harmless.test(name))) {
      throw notImplemented(`The header ${name}`);
    }
  }
}
