import { createHash } from 'node:crypto';

/** What a delivery is about. All ids come from the key, so that a later delivery can be about the same incident. */
export interface Incident {
  key: string;
  startedAt: Date;
  now: Date;
  title: string;
  message: string;
  service: string;
  environment: string;
  host: string;
}

/** A fresh key: the start of the incident, in milliseconds and base 36. */
export const freshKey = (now: Date): string => now.getTime().toString(36);

/** Keys of this length begin between the years 2059 and 1972: whatever `freshKey` makes is one. */
export const keyPattern = /^[0-9a-z]{7,9}$/;

/** `count` incidents of one service on as many hosts. The key says when they began. */
export function incidentsOf(key: string, count: number, now: Date): Incident[] {
  return Array.from({ length: count }, (_, index) => ({
    key: count === 1 ? key : `${key}-${index + 1}`,
    startedAt: new Date(Number.parseInt(key, 36)),
    now,
    title: 'Checkout totals are wrong: discounts are added instead of subtracted',
    message: 'Order totals exceed the cart value for orders with a discount since the last deployment.',
    service: 'checkout',
    environment: 'production',
    host: `shop-${index + 1}`,
  }));
}

/** Hex digits that stand for an incident in a provider's id. */
export const hexId = ({ key }: Pick<Incident, 'key'>, kind: string, digits = 16): string =>
  createHash('sha256').update(`${kind} ${key}`).digest('hex').slice(0, digits);

/** The same in decimal digits. */
export const numberId = (incident: Pick<Incident, 'key'>, kind: string): string =>
  String(Number.parseInt(hexId(incident, kind, 9), 16));

export function uuid(incident: Pick<Incident, 'key'>, kind: string): string {
  const hex = hexId(incident, kind, 32);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20)].join('-');
}
