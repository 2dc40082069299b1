import type { IncomingMessage } from 'node:http';
import type { HttpRequest } from '../http.ts';

/** Reads a request as a whole; undefined where its body is longer than `most` bytes. */
export async function readRequest(message: IncomingMessage, most: number): Promise<HttpRequest | undefined> {
  if (Number(message.headers['content-length'] ?? 0) > most) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message) {
    const data = Buffer.from(chunk);
    bytes += data.length;
    if (bytes > most) return undefined;
    chunks.push(data);
  }
  const [path = '/', query = ''] = (message.url ?? '/').split(/\?(.*)/s);
  const headers = Object.entries(message.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(',') : value,
  ]);
  return {
    method: message.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks),
  };
}
