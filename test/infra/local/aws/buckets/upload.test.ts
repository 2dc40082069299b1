import { expect, test } from 'vitest';
import { uploadedObject } from '../../../../../infra/local/aws/buckets/upload.ts';

const upload = (body: string, headers: Record<string, string>) =>
  uploadedObject({
    method: 'PUT',
    path: '/b/k',
    query: new URLSearchParams(),
    headers,
    body: Buffer.from(body),
  }).toString();
const streaming = { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' };

/** CRC32 of `hello`, as `crc32` prints it, in base64. */
const helloCrc32 = 'NhCmhg==';

test.each<[what: string, body: string, headers: Record<string, string>]>([
  ['as it is', 'hello', {}],
  ['with a checksum', 'hello', { 'x-amz-checksum-crc32': helloCrc32 }],
  ['with an MD5', 'hello', { 'content-md5': 'XUFAKrxLKna5cZ2REBfFkg==' }],
  [
    'in signed chunks',
    '2;chunk-signature=ab\r\nhe\r\n3;chunk-signature=cd\r\nllo\r\n0;chunk-signature=ef\r\n\r\n',
    streaming,
  ],
  ['with a trailer', `5\r\nhello\r\n0\r\nx-amz-checksum-crc32:${helloCrc32}\r\n\r\n`, streaming],
  ['by its coding', '5\r\nhello\r\n0\r\n\r\n', { 'content-encoding': 'gzip, aws-chunked' }],
])('an object %s is taken', (_, body, headers) => {
  expect(upload(body, headers)).toBe('hello');
});

test.each<[what: string, body: string, headers: Record<string, string>, type: string]>([
  ['a checksum of something else', 'hullo', { 'x-amz-checksum-crc32': helloCrc32 }, 'BadDigest'],
  [
    'a trailer of something else',
    `5\r\nhullo\r\n0\r\nx-amz-checksum-crc32:${helloCrc32}\r\n\r\n`,
    streaming,
    'BadDigest',
  ],
  ['an unknown checksum', 'hello', { 'x-amz-checksum-crc64nvme': 'AAAA' }, 'NotImplemented'],
  ['a chunk that is cut', '5\r\nhel', streaming, 'IncompleteBody'],
  ['no last chunk', '5\r\nhello\r\n', streaming, 'IncompleteBody'],
  [
    'another length',
    '5\r\nhello\r\n0\r\n\r\n',
    { ...streaming, 'x-amz-decoded-content-length': '6' },
    'IncompleteBody',
  ],
])('%s is refused', (_, body, headers, type) => {
  expect(() => upload(body, headers)).toThrow(expect.objectContaining({ type }));
});
