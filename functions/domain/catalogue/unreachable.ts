import { severities } from '../../contract/alert.ts';
import type { Match } from '../rule/match.ts';
import { fitsGlob } from '../text/glob.ts';
import type { CatalogueEntry } from './catalogue.ts';
import { placesLike } from './entry-index.ts';

/** An entry that no alert comes to, since all of its alerts are another one's. */
interface Unreachable {
  entry: string;
  by: string;
}

/**
 * Entries that an entry before them leaves no alert: as far as their conditions show it, which is certain where one is
 * found. Two that only overlap are none.
 */
export function unreachableEntries(entries: readonly CatalogueEntry[]): Unreachable[] {
  return entries.flatMap((entry, place) => {
    const by = placesLike(entries, place)
      .flatMap((before) => (before < place ? (entries[before] ?? []) : []))
      .find((before) => covers(before.match, entry.match));
    return by ? [{ entry: entry.name, by: by.name }] : [];
  });
}

/** Whether `wide` holds for each alert that `narrow` holds for. */
function covers(wide: Match | undefined, narrow: Match | undefined): boolean {
  if (wide === undefined) return true;
  if (narrow === undefined) return false;
  if (narrow.any) return narrow.any.every((part) => covers(wide, part));
  if (wide.all) return wide.all.every((part) => covers(part, narrow));
  if (wide.any?.some((part) => covers(part, narrow))) return true;
  if (narrow.all?.some((part) => covers(wide, part))) return true;
  if (wide.field !== narrow.field) return false;
  return leafCovers(wide, narrow) || isSame(wide, narrow);
}

const isSame = (one: Match, other: Match): boolean => JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));

/** Whatever the order in which the fields were written. */
const sorted = (match: Match) =>
  Object.entries(match)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));

function leafCovers(wide: Match, narrow: Match): boolean {
  if (wide.severity && narrow.severity) {
    return severities.indexOf(narrow.severity.atLeast) <= severities.indexOf(wide.severity.atLeast);
  }
  if (wide.field === undefined || narrow.exists === false) return false;
  if (wide.exists !== undefined) return wide.exists;
  if (narrow.ignoreCase && !wide.ignoreCase) return false;
  return valuesOf(narrow)?.every((value) => fits(wide, value)) ?? false;
}

/** All values that the field may have; undefined where they cannot be listed. */
const valuesOf = ({ equals, oneOf }: Match): string[] | undefined =>
  (equals === undefined ? oneOf : [equals])?.map(String);

function fits({ prefix, glob, ignoreCase, ...listed }: Match, value: string): boolean {
  const plain = (text: string) => (ignoreCase ? text.toLowerCase() : text);
  const given = plain(value);
  if (prefix !== undefined) return given.startsWith(plain(prefix));
  if (glob !== undefined) return fitsGlob(plain(glob), given);
  return valuesOf(listed)?.some((each) => plain(each) === given) ?? false;
}
