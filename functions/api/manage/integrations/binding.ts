import * as z from 'zod';
import type { Binding } from '../../../domain/rule/integration.ts';
import { type GivenHeaders, givenHeaders, maskedHeaders } from './headers.ts';

type Metadata = Record<string, unknown>;

interface SplitMetadata {
  /** As it is stored: of headers the names alone. */
  metadata: Metadata;
  /** The origins that it names, as `URL.origin` writes them. */
  named: string[] | undefined;
  /** The headers that it names; those that are stored where it says nothing of them. */
  headers: GivenHeaders;
}

/** What metadata says, apart from each other. `stored`: what the integration has so far. */
export function splitMetadata({ origins, headers: given, ...rest }: Metadata, stored: Metadata = {}): SplitMetadata {
  const { data } = namedSchema.safeParse(origins);
  const headers = givenHeaders(given) ?? givenHeaders(stored.headers) ?? {};
  const isWithout = Object.keys(headers).length === 0;
  return {
    metadata: { ...rest, ...(!isWithout && { headers: maskedHeaders(headers) }) },
    named: data && [...new Set(data.map((origin) => new URL(origin).origin))],
    headers,
  };
}

/** True unless the headers are the stored ones. */
export const areHeadersChanged = (headers: GivenHeaders, stored: Metadata): boolean =>
  Object.values(headers).some((value) => value !== null) ||
  !isSameSet(Object.keys(headers), Object.keys(givenHeaders(stored.headers) ?? {}));

/** Those that are stored and no longer named. */
export const droppedHeaders = (headers: GivenHeaders, stored: Metadata): string[] =>
  Object.keys(givenHeaders(stored.headers) ?? {}).filter((name) => !(name in headers));

/** A header that is to stay and is not there. */
export const unknownHeader = (headers: GivenHeaders, stored: Metadata): string | undefined =>
  Object.keys(headers).find((name) => headers[name] === null && !(name in (givenHeaders(stored.headers) ?? {})));

/** The input's schema has made sure that each is an origin; metadata from before it had a meaning holds anything. */
const namedSchema = z.array(z.url()).min(1);

/** The binding once `named` is written; undefined: as it was. */
export function nextBinding(stored: Binding | undefined, named: string[] | undefined): Binding | undefined {
  if (named === undefined || isSameSet(stored?.origins ?? [], named)) return stored;
  return { origins: named, from: 'owner' };
}

const isSameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((each) => b.includes(each));
