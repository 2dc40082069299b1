import type { Json } from './json.ts';

const EARLIEST = Date.parse('0001-01-02T00:00:00Z');
const LATEST = Date.UTC(9999, 11, 31);
/** Epoch numbers above this are milliseconds: as seconds they would lie beyond the year 5000. */
const SECONDS_BELOW = 1e11;

/**
 * A time as the senders write it, as ISO 8601 in UTC: ISO 8601 with an offset (`Z`, `+01:00` or `+0100`), or an epoch
 * in seconds or milliseconds, as a number or text. Undefined for everything else, Go's zero time included.
 */
export function instantOf(value: Json | undefined): string | undefined {
  const ms = typeof value === 'number' ? ofEpoch(value) : typeof value === 'string' ? ofText(value.trim()) : Number.NaN;
  return ms >= EARLIEST && ms <= LATEST ? new Date(ms).toISOString() : undefined;
}

const ofEpoch = (epoch: number): number =>
  epoch <= 0 ? Number.NaN : Math.trunc(epoch < SECONDS_BELOW ? epoch * 1_000 : epoch);

function ofText(text: string): number {
  if (/^\d{9,13}$/.test(text)) return ofEpoch(Number(text));
  const [, time, hours, minutes] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d.*?)(?:Z|([+-]\d\d):?(\d\d))$/.exec(text) ?? [];
  return time === undefined ? Number.NaN : Date.parse(`${time}${hours === undefined ? 'Z' : `${hours}:${minutes}`}`);
}

/** A time without an offset, in the spellings that templates make. */
const LOCAL = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)$/;

/** Likewise, and a time without an offset is taken for UTC: it is read rather than lost, and the reader says so. */
export function assumedInstantOf(value: Json | undefined): { at: string; isAssumedUtc: boolean } | undefined {
  const at = instantOf(value);
  if (at !== undefined) return { at, isAssumedUtc: false };
  const [, day, time] = typeof value === 'string' ? (LOCAL.exec(value.trim()) ?? []) : [];
  const assumed = day === undefined ? undefined : instantOf(`${day}T${time?.replace(',', '.')}Z`);
  return assumed === undefined ? undefined : { at: assumed, isAssumedUtc: true };
}
