import { createHash } from 'node:crypto';
import type { Gatekeeper } from '../iam/gatekeeper.ts';
import { noSuchBucket, noSuchKey, notImplemented, preconditionFailed } from './buckets/errors.ts';
import { listObjects, listParameters, listVersions, versionParameters } from './buckets/listing.ts';
import { ObjectFiles, type ObjectInfo } from './buckets/object-files.ts';
import { checkRequest, ifNoneMatch, parseTarget } from './buckets/target.ts';
import { contentCodings, crc32Bytes, uploadedObject } from './buckets/upload.ts';
import { AwsError } from './error.ts';
import type { HttpAnswer, HttpRequest } from './http.ts';
import { xmlDocument } from './xml.ts';

const KEPT_HEADERS = /^(content-type|content-disposition|content-language|cache-control|expires|x-amz-meta-.+)$/;

/**
 * S3 on this machine: whole objects in path style, without versions, ranges or uploads in parts, and of conditions the
 * one that a put makes an object and replaces none.
 */
export class Buckets {
  readonly #files: ObjectFiles;
  readonly #names = new Set<string>();

  private constructor(directory: string) {
    this.#files = new ObjectFiles(directory);
  }

  static async open({ directory }: { directory: string }): Promise<Buckets> {
    return new Buckets(directory);
  }

  /** A bucket that is there already keeps its objects. */
  ensure(name: string): void {
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
      throw new Error(`${name} is no name of a bucket: 3 to 63 lower-case letters, digits, dots and hyphens`);
    }
    this.#files.addBucket(name);
    this.#names.add(name);
  }

  /** Never throws for what AWS refuses: the answer says it, in S3's XML. */
  handle(request: HttpRequest, gatekeeper?: Pick<Gatekeeper, 'checkBucket' | 'mayMiss'>): HttpAnswer {
    try {
      gatekeeper?.checkBucket(request);
      return this.#answer(request);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const isHidden = error.type === 'NoSuchKey' && gatekeeper?.mayMiss(request) === false;
      const { type, message, status } = isHidden ? new AwsError('AccessDenied', 'Access Denied', 403) : error;
      const body = xmlDocument('Error', { Code: type, Message: message, Resource: request.path });
      return { status, headers: xmlType, body: request.method === 'HEAD' ? '' : body };
    }
  }

  #answer(request: HttpRequest): HttpAnswer {
    const { bucket, key } = parseTarget(request.path);
    if (bucket === undefined) return this.#listBuckets(request);
    if (!this.#names.has(bucket)) throw noSuchBucket();
    if (key === undefined) return this.#answerBucket(request, bucket);
    checkRequest(request, request.method === 'DELETE' ? ['versionId'] : []);
    switch (request.method) {
      case 'PUT':
        return this.#put(request, bucket, key);
      case 'GET':
      case 'HEAD':
        return this.#get(request, bucket, key);
      case 'DELETE':
        checkVersion(request);
        this.#files.delete(bucket, key);
        return { status: 204, headers: {}, body: '' };
      default:
        throw notImplemented(`${request.method} of an object`);
    }
  }

  #listBuckets(request: HttpRequest): HttpAnswer {
    if (request.method !== 'GET') throw notImplemented(`${request.method} without a bucket`);
    checkRequest(request);
    const Bucket = [...this.#names].sort().map((Name) => ({ Name, CreationDate: new Date(0).toISOString() }));
    return xml(xmlDocument('ListAllMyBucketsResult', { Owner: { ID: 'local' }, Buckets: { Bucket } }));
  }

  #answerBucket(request: HttpRequest, bucket: string): HttpAnswer {
    if (request.method === 'HEAD') return { status: 200, headers: {}, body: '' };
    if (request.method !== 'GET') throw notImplemented(`${request.method} of a bucket`);
    if (request.query.has('versions')) {
      checkRequest(request, versionParameters);
      return xml(listVersions(bucket, this.#files.list(bucket), request.query));
    }
    if (request.query.get('list-type') !== '2') throw notImplemented('Reading a bucket other than with ListObjectsV2');
    checkRequest(request, listParameters);
    return xml(listObjects(bucket, this.#files.list(bucket), request.query));
  }

  #put(request: HttpRequest, bucket: string, key: string): HttpAnswer {
    if (isCreation(request) && this.#files.read(bucket, key)) throw preconditionFailed();
    const body = uploadedObject(request);
    const codings = contentCodings(request.headers).filter((coding) => coding !== 'aws-chunked');
    const headers = Object.entries(request.headers).filter(
      (header): header is [string, string] => header[1] !== undefined && KEPT_HEADERS.test(header[0]),
    );
    const info: ObjectInfo = {
      key,
      etag: createHash('md5').update(body).digest('hex'),
      bytes: body.length,
      modifiedAt: Date.now(),
      headers: {
        ...Object.fromEntries(headers),
        ...(codings.length > 0 && { 'content-encoding': codings.join(', ') }),
      },
    };
    this.#files.write(bucket, info, body);
    return { status: 200, headers: { etag: `"${info.etag}"` }, body: '' };
  }

  #get(request: HttpRequest, bucket: string, key: string): HttpAnswer {
    const object = this.#files.read(bucket, key);
    if (!object) throw noSuchKey();
    const { info, body } = object;
    const isChecked = request.headers['x-amz-checksum-mode'] === 'ENABLED';
    return {
      status: 200,
      headers: {
        'content-type': 'binary/octet-stream',
        ...info.headers,
        'content-length': String(info.bytes),
        etag: `"${info.etag}"`,
        'last-modified': new Date(info.modifiedAt).toUTCString(),
        ...(isChecked && {
          'x-amz-checksum-crc32': crc32Bytes(body).toString('base64'),
          'x-amz-checksum-type': 'FULL_OBJECT',
        }),
      },
      body: request.method === 'HEAD' ? '' : body,
    };
  }
}

/** No bucket has versions here: each object is of the version `null`, as S3 names it then. */
function checkVersion({ query }: HttpRequest): void {
  if ((query.get('versionId') ?? 'null') !== 'null') throw notImplemented('A version of an object');
}

const isCreation = ({ headers }: HttpRequest): boolean => headers[ifNoneMatch] !== undefined;

const xmlType = { 'content-type': 'application/xml' };

const xml = (body: string): HttpAnswer => ({ status: 200, headers: xmlType, body });
