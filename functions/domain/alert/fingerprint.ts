import { sha256 } from '../text/digest.ts';

/**
 * Version of the rules in this file and of what the formats give to them. A rule that changes gets another version, so
 * that an incident never silently becomes another one.
 */
const VERSION = 'v1';
/** A fingerprint stands in executions and events, where a person reads it. */
const READABLE_CHARACTERS = 128;

/**
 * Fingerprint of an incident that its sender names: the origin and the sender's own key, or a digest of a key that is
 * too long or not plain enough to be passed on.
 */
export function fingerprintOfKey(origin: string, key: string): string {
  const readable = key.length <= READABLE_CHARACTERS && /^[\x20-\x7e]+$/.test(key);
  return readable ? `${VERSION}:${origin}:${key}` : `${VERSION}:${origin}.sha256:${digest(key)}`;
}

/** In the place of a fingerprint whose key is not to be shown: the same of the same one. */
export const withoutKey = (fingerprint: string): string =>
  `${fingerprint.split(':', 2).join(':')}.sha256:${digest(fingerprint)}`;

/** Fingerprint of a test of an incident, which is no occurrence of it. */
export const fingerprintOfTest = (fingerprint: string): string => `test:${fingerprint}`;

/**
 * Fingerprint of an incident without a name, from what tells it from others. The order of the facts does not matter.
 */
export function fingerprintOfFacts(origin: string, facts: Record<string, string | undefined>): string {
  const known = Object.entries(facts).filter(([, value]) => value !== undefined);
  return `${VERSION}:${origin}.facts:${digest(JSON.stringify(known.sort(byName)))}`;
}

const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : Number(a > b));

const digest = (text: string): string => sha256(text).slice(0, 32);
