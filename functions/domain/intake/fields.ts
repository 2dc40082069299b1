import { assumedInstantOf, instantOf } from './instant.ts';
import type { Json, JsonObject } from './json.ts';
import { at, keyOf, listOf, objectOf, textOf } from './path.ts';

/**
 * Reads an object field by field, each by the first of its dot-paths that holds what is asked for. A field of another
 * kind counts as absent, for an alert must not be lost over its decoration, but is told by `others`.
 */
export interface Fields {
  text(...paths: string[]): string | undefined;
  /** Text, or an exact integer: what names an incident. */
  key(...paths: string[]): string | undefined;
  /** ISO 8601 in UTC. */
  instant(...paths: string[]): string | undefined;
  /** By the first of the paths that can be read so; what cannot is told by `others`. */
  read<Value>(paths: string[], read: (value: Json, path: string) => Value | undefined): Value | undefined;
  object(path: string): JsonObject;
  list(path: string): Json[];
  /** The texts that are there, by the last name of their paths. */
  texts(...paths: string[]): Record<string, string>;
  /** Says that a field is known, and not kept. */
  skip(...names: string[]): void;
  /** Members that nobody asked for, and those that were not of the kind that was asked for. */
  others(): JsonObject;
}

export function fieldsOf(root: JsonObject): Fields {
  const asked = new Set<string>();
  const misfits: [string, Json][] = [];
  function first<Value>(paths: string[], read: (value: Json, path: string) => Value | undefined): Value | undefined {
    for (const path of paths) {
      asked.add(path.split('.')[0] ?? '');
      const given = at(root, path);
      if (given === undefined || given === null || (typeof given === 'string' && given.trim() === '')) continue;
      const value = read(given, path);
      if (value !== undefined) return value;
      misfits.push([path, given]);
    }
    return undefined;
  }
  const text = (...paths: string[]) => first(paths, textOf);
  return {
    text,
    key: (...paths) => first(paths, keyOf),
    instant: (...paths) => first(paths, instantOf),
    read: first,
    object: (path) => first([path], (value) => (isKind(value, 'object') ? objectOf(value) : undefined)) ?? {},
    list: (path) => first([path], (value) => (isKind(value, 'list') ? listOf(value) : undefined)) ?? [],
    texts: (...paths) =>
      Object.fromEntries(
        paths.flatMap((path): [string, string][] => {
          const value = text(path);
          return value === undefined ? [] : [[path.slice(path.lastIndexOf('.') + 1), value]];
        }),
      ),
    skip: (...names) => {
      for (const name of names) asked.add(name);
    },
    others: () => {
      const unasked = Object.entries(root).filter(([name, value]) => !asked.has(name) && value !== null);
      return Object.fromEntries([...unasked, ...misfits]);
    },
  };
}

const isKind = (value: Json, kind: 'object' | 'list'): boolean =>
  typeof value === 'object' && Array.isArray(value) === (kind === 'list');

/** A time that may lack its offset, with what was written and where. */
export const timeOf = (fields: Fields, ...paths: string[]) =>
  fields.read(paths, (value, path) => {
    const time = assumedInstantOf(value);
    return time && { ...time, text: textOf(value) ?? time.at, path };
  });
