import type { Alert } from '../alert/alert.ts';

/** Fields of an alert that a condition may ask, beside `labels.<name>` and `metadata.<path>`. */
export const matchFields = [
  'title',
  'message',
  'severity',
  'source',
  'service',
  'environment',
  'externalId',
  'fingerprint',
  'format',
] as const;
type MatchField = (typeof matchFields)[number];

/** Where the names below are the sender's. */
const prefixes = ['labels.', 'metadata.'] as const;

export const isMatchField = (name: string): boolean =>
  isPlain(name) || prefixes.some((prefix) => name.startsWith(prefix) && /^[^.]+(\.[^.]+)*$/.test(name));

const isPlain = (name: string): name is MatchField => matchFields.some((field) => field === name);

/** What an alert has in a field: its texts, several for a list; and whether there is anything at all. */
export function fieldOf(alert: Alert, name: string): { exists: boolean; texts: string[] } {
  const value = valueIn(alert, name);
  const texts = [value].flat().flatMap(textOf);
  return { exists: texts.length > 0 || (typeof value === 'object' && value !== null), texts };
}

function valueIn(alert: Alert, name: string): unknown {
  if (isPlain(name)) return alert[name];
  const dot = name.indexOf('.');
  const path = name.slice(dot + 1);
  if (name.slice(0, dot) === 'metadata') return at(alert.metadata, path);
  return Object.hasOwn(alert.labels, path) ? alert.labels[path] : undefined;
}

/** Numbers and truth values are compared by their text; blank text is none, as in prompt templates. */
function textOf(value: unknown): string[] {
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
  return typeof value === 'string' && value.trim() !== '' ? [value] : [];
}

/** As in webhook mappings: names and list positions joined by dots; of names that hold dots the longest comes first. */
function at(value: unknown, path: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    const [position = '', ...rest] = path.split('.');
    const item: unknown = /^\d+$/.test(position) ? value[Number(position)] : undefined;
    return rest.length === 0 ? item : at(item, rest.join('.'));
  }
  for (let end = path.length; end > 0; end = path.lastIndexOf('.', end - 1)) {
    const name = path.slice(0, end);
    if (!Object.hasOwn(value, name)) continue;
    const member: unknown = Reflect.get(value, name);
    return end === path.length ? member : at(member, path.slice(end + 1));
  }
  return undefined;
}
