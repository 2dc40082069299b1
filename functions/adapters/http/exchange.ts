import { type Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { type Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { type Duplex, pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

interface Request {
  method: string;
  /** Path and query. */
  path: string;
  /** Never a credential: it would go wherever its caller sends it. */
  headers: Record<string, string>;
  /** Headers with credentials, made for the origin; see `adapters/opencode/authorization.ts`. */
  secrets?: Record<string, string>;
  body: string | undefined;
}

export interface Terms {
  /** Undefined: what is connected to is no address of the origin, but a proxy. */
  lookup: LookupFunction | undefined;
  /** Undefined: a connection for this request alone. */
  agents: Agents | undefined;
  /** Milliseconds from the first look-up to the last byte. */
  limitMs: number;
  /** Of the answer's body. */
  maxBytes: number;
}

export interface Answer {
  status: number;
  /** Media type without parameters, in lower case. */
  contentType: string;
  /** Where the next page of a list begins, by a header of OpenCode's; null at its end. */
  nextCursor: string | null;
  body: string;
}

export interface Agents {
  'http:': HttpAgent;
  'https:': HttpsAgent;
}

/**
 * Why there is no answer. `code` is Node's own, or one of `timedOut` and `tooLarge`; nothing of the exchange is in it.
 */
export class ExchangeError extends Error {
  readonly code: string;
  /** The request went out on a kept connection, which its server may have closed in the same moment. */
  readonly reused: boolean;

  /** The server took the connection: it is there, and it is slow. */
  readonly connected: boolean;

  constructor(code: string, { reused = false, connected = false }: { reused?: boolean; connected?: boolean } = {}) {
    super(code);
    this.name = 'ExchangeError';
    this.code = code;
    this.reused = reused;
    this.connected = connected;
  }
}

export const timedOut = 'TIMED_OUT';
export const tooLarge = 'TOO_LARGE';
/** Of an answer that is compressed in a way that was not asked for and is not known. */
const unknownEncoding = 'UNKNOWN_ENCODING';

/** Of an answer that is not a success no more than this is of use: the name of an error. */
const REFUSAL_BYTES = 16 * 1024;

/** One request and its answer over HTTP/1.1. No redirect is followed. Throws ExchangeError alone. */
export function exchange(origin: URL, request: Request, terms: Terms): Promise<Answer> {
  const { method, path, body } = request;
  const headers = headersOf(request);
  const secure = origin.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const outgoing = (secure ? httpsRequest : httpRequest)({
      hostname: origin.hostname.replace(/^\[|\]$/g, ''),
      port: origin.port || (secure ? 443 : 80),
      method,
      path,
      headers: body === undefined ? headers : { ...headers, 'content-length': Buffer.byteLength(body) },
      ...(terms.lookup && { lookup: terms.lookup }),
      agent: terms.agents?.[secure ? 'https:' : 'http:'] ?? false,
    });
    let connected = false;
    const fail = (error: unknown) => {
      clearTimeout(timer);
      const code = error instanceof ExchangeError ? error.code : codeOf(error);
      const reused: boolean = outgoing.reusedSocket;
      reject(new ExchangeError(code, { reused, connected: connected || reused }));
      outgoing.destroy();
    };
    const timer = setTimeout(() => fail(new ExchangeError(timedOut)), terms.limitMs);
    outgoing.on('socket', (socket) => {
      if (!socket.connecting) return;
      socket.once('connect', () => {
        connected = true;
      });
    });
    outgoing.on('error', fail);
    outgoing.on('response', (incoming) => {
      read(incoming, terms.maxBytes).then((answer) => {
        clearTimeout(timer);
        resolve(answer);
      }, fail);
    });
    outgoing.end(body);
  });
}

/** Throws where a credential stands among the headers: they are put together in many places. */
function headersOf({ headers, secrets }: Request): Record<string, string> {
  if (Object.keys(headers).some((name) => /^(?:proxy-)?authorization$/i.test(name))) {
    throw new Error('A credential must not stand among the headers');
  }
  return { ...headers, ...secrets };
}

async function read(incoming: IncomingMessage, maxBytes: number): Promise<Answer> {
  const { statusCode: status = 0, headers } = incoming;
  const contentType = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const cursor = headers['x-next-cursor'];
  const nextCursor = typeof cursor === 'string' ? cursor : null;
  const refusal = status < 200 || status > 299;
  const chunks: Buffer[] = [];
  const body = decoded(incoming, headers['content-encoding']);
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > (refusal ? REFUSAL_BYTES : maxBytes)) {
      // Leaving the loop ends the connection. What a refusal says beyond its status is not worth reading on.
      if (refusal) return { status, contentType, nextCursor, body: '' };
      throw new ExchangeError(tooLarge);
    }
    chunks.push(chunk);
  }
  return { status, contentType, nextCursor, body: Buffer.concat(chunks, bytes).toString('utf8') };
}

const decoders: Record<string, () => Duplex> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** Nothing is asked to be compressed; a gateway may do it all the same. What comes out of it is counted. */
function decoded(incoming: IncomingMessage, encoding = 'identity'): Readable {
  const name = encoding.trim().toLowerCase();
  if (name === 'identity' || name === '') return incoming;
  const decoder = decoders[name];
  if (!decoder) throw new ExchangeError(unknownEncoding);
  // An error of either end is met with by whoever reads the result.
  return pipeline(incoming, decoder(), () => {});
}

/** Node's messages can quote what was received; its codes cannot. */
const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN';
