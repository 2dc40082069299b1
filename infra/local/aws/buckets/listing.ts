import { z } from 'zod';
import { parseRequest } from '../request.ts';
import { xmlDocument } from '../xml.ts';
import type { ObjectInfo } from './object-files.ts';

/** Parameters of ListObjectsV2; any other is refused before. */
export const listParameters = [
  'list-type',
  'prefix',
  'delimiter',
  'max-keys',
  'start-after',
  'continuation-token',
  'encoding-type',
  'fetch-owner',
];

/** Parameters of ListObjectVersions. */
export const versionParameters = ['versions', 'prefix', 'encoding-type'];

const MOST_KEYS = 1_000;

const requestSchema = z.object({
  'list-type': z.literal('2'),
  prefix: z.string().default(''),
  delimiter: z.string().default(''),
  'max-keys': z.coerce
    .number()
    .int()
    .min(0)
    .default(MOST_KEYS)
    .transform((count) => Math.min(count, MOST_KEYS)),
  'start-after': z.string().default(''),
  'continuation-token': z.string().optional(),
  'encoding-type': z.literal('url').optional(),
  'fetch-owner': z.literal('false').optional(),
});

/** An object, or all whose keys share a beginning up to the delimiter. */
type Item = { name: string; object?: ObjectInfo };

/** One page as XML. `objects` are in S3's order; the token is the name of the last item. */
export function listObjects(bucket: string, objects: ObjectInfo[], query: URLSearchParams): string {
  const request = parseRequest(requestSchema, Object.fromEntries(query));
  const { prefix, delimiter, 'max-keys': most, 'continuation-token': token } = request;
  const startAfter = request['start-after'];
  const marker = token === undefined ? '' : Buffer.from(token, 'base64url').toString();
  const matching = objects.filter(({ key }) => key.startsWith(prefix) && isAfter(key, startAfter));
  const items = itemsOf(matching, prefix, delimiter).filter(({ name }) => isAfter(name, marker));
  const page = items.slice(0, most);
  const isTruncated = most > 0 && items.length > most;
  const encode = request['encoding-type'] ? encodeKey : (name: string) => name;

  return xmlDocument('ListBucketResult', {
    Name: bucket,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    StartAfter: startAfter === '' ? undefined : encode(startAfter),
    EncodingType: request['encoding-type'],
    MaxKeys: most,
    KeyCount: page.length,
    IsTruncated: isTruncated,
    ContinuationToken: token,
    NextContinuationToken: isTruncated ? Buffer.from(page.at(-1)?.name ?? '').toString('base64url') : undefined,
    Contents: page.flatMap(({ object }) => (object ? [contents(object, encode)] : [])),
    CommonPrefixes: page.flatMap(({ name, object }) => (object ? [] : [{ Prefix: encode(name) }])),
  });
}

const versionsSchema = requestSchema.pick({ prefix: true, 'encoding-type': true });

/** The first page, with the one version that each object has. No page follows: who deletes lists anew. */
export function listVersions(bucket: string, objects: ObjectInfo[], query: URLSearchParams): string {
  const { prefix, 'encoding-type': encoding } = parseRequest(versionsSchema, Object.fromEntries(query));
  const encode = encoding ? encodeKey : (name: string) => name;
  const matching = objects.filter(({ key }) => key.startsWith(prefix));
  return xmlDocument('ListVersionsResult', {
    Name: bucket,
    Prefix: encode(prefix),
    MaxKeys: MOST_KEYS,
    EncodingType: encoding,
    IsTruncated: matching.length > MOST_KEYS,
    Version: matching
      .slice(0, MOST_KEYS)
      .map((object) => ({ ...contents(object, encode), VersionId: 'null', IsLatest: true })),
  });
}

function itemsOf(objects: ObjectInfo[], prefix: string, delimiter: string): Item[] {
  const items = new Map<string, Item>();
  for (const object of objects) {
    const end = delimiter === '' ? -1 : object.key.indexOf(delimiter, prefix.length);
    const name = end < 0 ? object.key : object.key.slice(0, end + delimiter.length);
    items.set(name, end < 0 ? { name, object } : { name });
  }
  return [...items.values()];
}

const contents = ({ key, etag, bytes, modifiedAt }: ObjectInfo, encode: (name: string) => string) => ({
  Key: encode(key),
  LastModified: new Date(modifiedAt).toISOString(),
  ETag: `"${etag}"`,
  Size: bytes,
  StorageClass: 'STANDARD',
});

const isAfter = (name: string, marker: string): boolean => Buffer.compare(Buffer.from(name), Buffer.from(marker)) > 0;

const encodeKey = (name: string): string => name.split('/').map(encodeURIComponent).join('/');
