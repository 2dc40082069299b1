import { limits } from '../../contract/limits.ts';

/** What stands in the place of a password. */
const MASK = '[password]';

/** Shorter pieces of base64 or hex are no proof of anything. */
const LEAST_ENCODED = 8;

/** Finds one password in what an agent has produced, in the forms that commands and libraries give it. */
export interface PasswordFilter {
  isIn(text: string): boolean;
  /** The text with a mask in the place of the password. */
  without(text: string): string;
}

/** Where the password is not known, nothing can be found. */
export const blindFilter: PasswordFilter = { isIn: () => false, without: (text) => text };

/** Finds what any of them finds. */
export const anyFilter = (filters: readonly PasswordFilter[]): PasswordFilter => ({
  isIn: (text) => filters.some((filter) => filter.isIn(text)),
  without: (text) => filters.reduce((left, filter) => filter.without(left), text),
});

export function createPasswordFilter({ username, password }: { username: string; password: string }): PasswordFilter {
  const pair = `${username}:${password}`;
  const encoded = [...base64Forms(password), ...base64Forms(pair), ...hexForms(password)];
  const long = encoded.filter((form) => form.length >= LEAST_ENCODED);
  const isShort = password.length < limits.goodPasswordCharacters;
  const plain = [...new Set(textForms(password))];
  const pattern = [
    ...plain.map((form) => (isShort ? `(?<![\\p{L}\\p{N}_])${literal(form)}(?![\\p{L}\\p{N}_])` : literal(form))),
    ...long.map((form) => literal(form)),
  ]
    // The longest first, so that the mask covers all of it.
    .sort((a, b) => b.length - a.length)
    .join('|');
  const one = new RegExp(pattern, 'u');
  const all = new RegExp(pattern, 'gu');
  return {
    isIn(text) {
      if (one.test(text)) return true;
      const joined = unwrapped(text);
      return long.some((form) => joined.includes(form));
    },
    without: (text) => text.replace(all, MASK),
  };
}

/** `base64` breaks its lines after 76 characters; in a patch each begins with a sign. */
const unwrapped = (text: string): string => text.replace(/\r?\n[+ -]?/g, '');

/** As it is, in a URL, in a form, in JSON, and in JSON in JSON. */
function textForms(password: string): string[] {
  const json = JSON.stringify(password).slice(1, -1);
  const url = encodeURIComponent(password.toWellFormed());
  const form = escaped(url, /[!'()~]/g).replaceAll('%20', '+');
  const plus = url.replaceAll('%20', '+');
  return [password, url, escaped(url, /[!'()*]/g), plus, form, json, JSON.stringify(json).slice(1, -1)];
}

/** RFC 3986 and Python's `quote` escape more than `encodeURIComponent`, and a form again others. */
const escaped = (url: string, characters: RegExp): string =>
  url.replace(characters, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

const hexForms = (text: string): string[] => {
  const hex = hexOf(text);
  return [hex, hex.toUpperCase()];
};

/**
 * The part of the base64 of a text that does not depend on what stands before and behind it, for each of the three ways
 * in which it can lie in the groups of three bytes; in both alphabets.
 */
function base64Forms(text: string): string[] {
  const bytes = new TextEncoder().encode(text);
  return [0, 1, 2].flatMap((offset) => {
    const padded = new Uint8Array(offset + bytes.length);
    padded.set(bytes, offset);
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor((padded.length * 8) / 6);
    const stable = toBase64(padded).slice(first, last);
    return [stable, stable.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
const hexOf = (text: string): string =>
  [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
