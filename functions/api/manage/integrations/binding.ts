import * as z from 'zod';
import type { Binding } from '../../../domain/rule/integration.ts';

type Metadata = Record<string, unknown>;

/** Metadata as it is stored, and apart from it the origins that it names, as `URL.origin` writes them. */
export function splitMetadata({ origins, ...metadata }: Metadata): { metadata: Metadata; named: string[] | undefined } {
  const { data } = namedSchema.safeParse(origins);
  return { metadata, named: data && [...new Set(data.map((origin) => new URL(origin).origin))] };
}

/** The input's schema has made sure that each is an origin; metadata from before it had a meaning holds anything. */
const namedSchema = z.array(z.url()).min(1);

/** The binding once `named` is written; undefined: as it was. */
export function nextBinding(stored: Binding | undefined, named: string[] | undefined): Binding | undefined {
  if (named === undefined || isSameSet(stored?.origins ?? [], named)) return stored;
  return { origins: named, from: 'owner' };
}

const isSameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((each) => b.includes(each));
