import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError } from '../error.ts';
import type { HttpRequest } from '../http.ts';
import { notImplemented } from './errors.ts';

const digests: Record<string, (data: Buffer) => Buffer> = {
  'x-amz-checksum-crc32': crc32Bytes,
  'x-amz-checksum-sha1': (data) => createHash('sha1').update(data).digest(),
  'x-amz-checksum-sha256': (data) => createHash('sha256').update(data).digest(),
  'content-md5': (data) => createHash('md5').update(data).digest(),
};

/**
 * The object in a PutObject: taken out of the `aws-chunked` framing that SDK clients use for streams, and compared with
 * the checksums in headers or trailers. Throws BadDigest, IncompleteBody, or NotImplemented for other checksums.
 */
export function uploadedObject({ headers, body }: HttpRequest): Buffer {
  const isChunked =
    headers['x-amz-content-sha256']?.startsWith('STREAMING-') || contentCodings(headers).includes('aws-chunked');
  const { data, trailers } = isChunked ? unchunk(body) : { data: body, trailers: {} };
  const length = headers['x-amz-decoded-content-length'];
  if (length !== undefined && Number(length) !== data.length) throw incomplete();
  checkDigests(data, { ...headers, ...trailers });
  return data;
}

/** Content codings, in their order; `aws-chunked` is of the transfer, not of the object. */
export const contentCodings = (headers: HttpRequest['headers']): string[] =>
  (headers['content-encoding'] ?? '')
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '');

export function crc32Bytes(data: Buffer): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(data));
  return bytes;
}

function checkDigests(data: Buffer, fields: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(fields)) {
    const isChecksum = name === 'content-md5' || /^x-amz-checksum-(?!mode|type|algorithm)/.test(name);
    if (!isChecksum) continue;
    const digest = digests[name];
    if (!digest) throw notImplemented(`The checksum ${name}`);
    if (digest(data).toString('base64') !== value) {
      throw new AwsError('BadDigest', `The ${name} you specified did not match what we received.`);
    }
  }
}

/** Chunks of `<hex length>[;chunk-signature=…]CRLF<data>CRLF`, an empty one at the end, then trailers. */
function unchunk(body: Buffer): { data: Buffer; trailers: Record<string, string> } {
  const chunks: Buffer[] = [];
  let at = 0;
  const readLine = (): string => {
    const end = body.indexOf('\r\n', at);
    if (end < 0) throw incomplete();
    const line = body.toString('latin1', at, end);
    at = end + 2;
    return line;
  };
  for (;;) {
    const [, hex] = /^([0-9a-f]+)(;.*)?$/i.exec(readLine()) ?? [];
    if (hex === undefined) throw incomplete();
    const length = Number.parseInt(hex, 16);
    if (length === 0) break;
    if (at + length + 2 > body.length) throw incomplete();
    chunks.push(body.subarray(at, at + length));
    at += length + 2;
  }
  const trailers: Record<string, string> = {};
  while (at < body.length) {
    const [, name, value] = /^([^:]+):\s*(.*)$/.exec(readLine()) ?? [];
    // Signatures are not checked here, and the last line is empty.
    if (name !== undefined && value !== undefined && name !== 'x-amz-trailer-signature') {
      trailers[name.toLowerCase()] = value;
    }
  }
  return { data: Buffer.concat(chunks), trailers };
}

const incomplete = () => new AwsError('IncompleteBody', 'The request body terminated unexpectedly');
