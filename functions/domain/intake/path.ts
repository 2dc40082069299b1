import { isObject, type Json, type JsonObject } from './json.ts';

/** The names of a dot-path. */
export const pathParts = (path: string): string[] => (path === '' ? [] : path.split('.'));

/**
 * What stands at a dot-path; undefined if it leads to nothing. A name that holds dots itself, as labels do, is found
 * too: the longest one that is there is taken first.
 */
export function at(value: Json | undefined, path: string): Json | undefined {
  if (Array.isArray(value)) {
    const [position = '', ...rest] = path.split('.');
    const item = /^\d+$/.test(position) ? value[Number(position)] : undefined;
    return rest.length === 0 ? item : at(item, rest.join('.'));
  }
  if (!isObject(value)) return undefined;
  if (Object.hasOwn(value, path)) return value[path];
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
    const name = path.slice(0, dot);
    if (Object.hasOwn(value, name)) return at(value[name], path.slice(dot + 1));
  }
  return undefined;
}

/** Text as templates fill it in: numbers and truth values count, blank text does not. */
export const textOf = (value: Json | undefined): string | undefined => {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
};

/** Likewise the key of an incident. A number that a double rounds would make one incident of two, so it is none. */
export const keyOf = (value: Json | undefined): string | undefined =>
  typeof value === 'number' && !Number.isSafeInteger(value) ? undefined : textOf(value);

/** The texts among the members of an object, such as its labels. */
export const textsOf = (value: Json | undefined): Record<string, string> =>
  isObject(value) ? Object.fromEntries(Object.entries(value).flatMap(isText)) : {};

const isText = ([name, value]: [string, Json]): [string, string][] => {
  const text = textOf(value);
  return text === undefined ? [] : [[name, text]];
};

export const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);
export const objectOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

/** A member of an object, if there is something to say. */
export const given = (name: string, text: string | undefined): Record<string, string> =>
  text === undefined ? {} : { [name]: text };
