import { traceparentSchema } from '../../contract/traceparent.ts';

/** The first two digits, and what every later version begins with. */
const known = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-|$)/;
/** Version 00 ends there; a later one may go on. */
const VERSION_00_CHARACTERS = 55;
/** Of a later version no more than this is looked at. */
const MOST_CHARACTERS = 512;
const SAMPLED = 1;

/**
 * The trace that a sender's header names, spoken of by a span of ours: its trace id and its sampled flag, and nothing
 * else of it. Undefined for a header that does not keep to the specification, several joined ones among them.
 */
export function continued(header: string | undefined, spanId: string): string | undefined {
  if (header === undefined || header.length > MOST_CHARACTERS) return undefined;
  const parts = known.exec(header);
  if (!parts) return undefined;
  const [, version, traceId = '', , flags = ''] = parts;
  if (version === '00' && header.length !== VERSION_00_CHARACTERS) return undefined;
  return traceparentOf(traceId, spanId, Number.parseInt(flags, 16) & SAMPLED);
}

/** Sampled by default: who comes after is asked to record its spans, for none but a person would look for them. */
export const traceparentOf = (traceId: string, spanId: string, flags = SAMPLED): string =>
  `00-${traceId}-${spanId}-0${flags}`;

/** The same trace, spoken of by another span. */
export const withSpan = (traceparent: string, spanId: string): string =>
  `${traceparent.slice(0, 36)}${spanId}${traceparent.slice(52)}`;

/** Of a value that was read by its schema. */
export const traceIdOf = (traceparent: string): string => traceparent.slice(3, 35);

/** What stands in a message or a row, if it is one. */
export const readTraceparent = (value: unknown): string | undefined => traceparentSchema.safeParse(value).data;
