import type { Alert } from '../alert/alert.ts';
import type { Match } from '../rule/match.ts';
import { fieldOf } from '../rule/match-fields.ts';
import type { CatalogueEntry } from './catalogue.ts';

/** A field that has to have one of these values for a condition to hold. */
interface Required {
  field: string;
  values: string[];
}

interface EntryIndex {
  /** Places of entries by one thing that they require. */
  by: ReadonlyMap<string, number[]>;
  /** Fields that it is looked up by. */
  fields: string[];
  /** Places of entries of which nothing of the kind can be told. */
  others: number[];
}

/** Places of the entries that may be for an alert, in their order: of a thousand, a few have to be asked. */
export function placesFor(entries: readonly CatalogueEntry[], alert: Alert): number[] {
  const { by, fields, others } = indexOf(entries);
  const keys = fields.flatMap((field) => fieldOf(alert, field).texts.map((text) => keyOf(field, text)));
  return inOrder([...keys.flatMap((key) => by.get(key) ?? []), ...others]);
}

/** Places of the entries that may be for all that the one at `place` is for. */
export function placesLike(entries: readonly CatalogueEntry[], place: number): number[] {
  const { by, others } = indexOf(entries);
  const required = requiredBy(entries[place]?.match ?? {});
  if (required.length === 0) return [...entries.keys()];
  return inOrder([...required.flatMap(keysOf).flatMap((key) => by.get(key) ?? []), ...others]);
}

function indexOf(entries: readonly CatalogueEntry[]): EntryIndex {
  const known = indexes.get(entries);
  if (known) return known;
  const required = entries.map(({ match = {} }) => requiredBy(match)[0]);
  const by = new Map<string, number[]>();
  for (const [place, each] of required.entries()) {
    for (const key of each ? keysOf(each) : []) by.set(key, [...(by.get(key) ?? []), place]);
  }
  const fields = [...new Set(required.flatMap((each) => each?.field ?? []))];
  const index = { by, fields, others: required.flatMap((each, place) => (each ? [] : [place])) };
  indexes.set(entries, index);
  return index;
}

/** A container keeps the entries of a version. */
const indexes = new WeakMap<object, EntryIndex>();

/** What has to be so for the condition to hold, as far as it can be told. */
function requiredBy({ all, field, equals, oneOf, ignoreCase }: Match): Required[] {
  if (all) return all.flatMap(requiredBy);
  const values = equals === undefined ? oneOf : [equals];
  return field === undefined || values === undefined || ignoreCase ? [] : [{ field, values: values.map(String) }];
}

const keysOf = ({ field, values }: Required): string[] => values.map((value) => keyOf(field, value));
const keyOf = (field: string, value: string): string => `${field}=${value}`;

const inOrder = (places: number[]): number[] => [...new Set(places)].sort((a, b) => a - b);
