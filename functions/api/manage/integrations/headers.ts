import * as z from 'zod';
import { MASK } from './mask.ts';

const MAX_HEADERS = 10;
const MAX_VALUE_CHARACTERS = 4_096;

/** What the relay or HTTP itself writes. */
const reserved = new Set([
  'authorization',
  'host',
  'accept',
  'accept-encoding',
  'connection',
  'content-length',
  'content-type',
  'transfer-encoding',
  'upgrade',
  'user-agent',
]);
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/;
/** What HTTP carries: visible Latin-1, and blanks within. */
const value = /^[\x21-\x7e\xa1-\xff](?:[\x20-\x7e\xa0-\xff]*[\x21-\x7e\xa1-\xff])?$/;

const headersSchema = z.record(z.string(), z.string());

/** What is wrong with `metadata.headers`, by path. */
export function headerProblems(headers: unknown): [path: string[], message: string][] {
  if (headers === undefined) return [];
  const { data } = headersSchema.safeParse(headers);
  if (!data) return [[[], 'must be an object of header names and values, such as {"x-gateway-key": "…"}']];
  const names = Object.keys(data);
  if (names.length > MAX_HEADERS) return [[[], `must have at most ${MAX_HEADERS} headers`]];
  if (new Set(names.map((name) => name.toLowerCase())).size < names.length) return [[[], 'names a header twice']];
  return Object.entries(data).flatMap(([name, given]): [string[], string][] => {
    if (!token.test(name)) return [[[name], 'is no name of a header']];
    if (reserved.has(name.toLowerCase())) return [[[name], 'is written by opencode-relay itself']];
    const fits = given.length <= MAX_VALUE_CHARACTERS && value.test(given);
    return fits ? [] : [[[name], `must have 1 to ${MAX_VALUE_CHARACTERS} characters that HTTP carries`]];
  });
}

/** Values of headers by lower-case name; null: as it is stored. */
export type GivenHeaders = Record<string, string | null>;

/** Of metadata that fits its schema; undefined: the headers stay as they are. */
export function givenHeaders(headers: unknown): GivenHeaders | undefined {
  const { data } = headersSchema.safeParse(headers);
  if (!data) return undefined;
  return Object.fromEntries(
    Object.entries(data).map(([name, given]) => [name.toLowerCase(), given === MASK ? null : given]),
  );
}

/** As metadata holds and shows them: names, and no value. */
export const maskedHeaders = (headers: GivenHeaders): Record<string, string> =>
  Object.fromEntries(Object.keys(headers).map((name) => [name, MASK]));
