import { AwsError } from '../error.ts';

type Matches = (message: string) => boolean;

/**
 * The filter patterns that people type: words that must all be there, `-word` for one that must not, `?word ?other` for
 * any of several, "quoted words", and `{ $.level = "ERROR" && $.a.b != 1 }` on JSON lines, with `*` as a wildcard.
 * Throws InvalidParameterException for any other.
 */
export function filterPattern(pattern: string): Matches {
  const text = pattern.trim();
  if (text === '') return () => true;
  return text.startsWith('{') ? jsonPattern(text) : wordPattern(text);
}

function wordPattern(text: string): Matches {
  const words = [...text.matchAll(/([-?]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"[\]{}%]+))(?=\s|$)|(\S+)/g)].map(
    ([, sign = '', quoted, plain, other]) => {
      if (other !== undefined) throw unsupported(text);
      return { sign, word: quoted?.replaceAll(/\\(.)/g, '$1') ?? plain ?? '' };
    },
  );
  const of = (sign: string) => words.filter((word) => word.sign === sign).map(({ word }) => word);
  const [all, none, any] = [of(''), of('-'), of('?')];
  return (message) =>
    all.every((word) => message.includes(word)) &&
    !none.some((word) => message.includes(word)) &&
    (any.length === 0 || any.some((word) => message.includes(word)));
}

function jsonPattern(text: string): Matches {
  const inner = /^\{(.*)\}$/s.exec(text)?.[1] ?? '';
  const conditions = inner.split('&&').map((condition) => {
    const parts = /^\s*\$\.([\w.]+)\s*(!?=)\s*(?:"([^"]*)"|([\w.*-]+))\s*$/.exec(condition);
    if (!parts) throw unsupported(text);
    const [, path = '', operator, quoted, plain = ''] = parts;
    return { path: path.split('.'), equal: operator === '=', wanted: wildcard(quoted ?? plain) };
  });
  return (message) => {
    const value = parse(message);
    return (
      value !== undefined &&
      conditions.every(({ path, equal, wanted }) => {
        const found = at(value, path);
        return found === undefined ? false : wanted.test(String(found)) === equal;
      })
    );
  };
}

const wildcard = (text: string): RegExp =>
  new RegExp(`^${text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 's');

function at(value: unknown, path: string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = Object.entries(found).find(([key]) => key === name)?.[1];
  }
  return found;
}

function parse(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

const unsupported = (pattern: string): AwsError =>
  new AwsError('InvalidParameterException', `Invalid filter pattern: ${pattern} is none that is read here`);
