import { collapseSpaces } from '../text/untrusted-text.ts';
import { assumedInstantOf } from './instant.ts';
import type { Json } from './json.ts';
import { isTemplate, type Sources } from './mapping-schema.ts';
import { at, keyOf, textOf } from './path.ts';

interface FoundValue {
  path: string;
  value: Json;
}

/** What stands at each of the sources, in their order: of the item first, then of the whole body. */
export const sourcesOf = (sources: Sources | undefined, item: Json, body: Json): FoundValue[] =>
  [sources ?? []].flat().flatMap((source) => {
    const value = isTemplate(source) ? filled(source, item, body) : (at(item, source) ?? at(body, source));
    return value === undefined ? [] : [{ path: source, value }];
  });

/** The first text; a list of texts is one, joined by commas. */
export const firstText = (sources: Sources | undefined, item: Json, body: Json): string | undefined =>
  sourcesOf(sources, item, body)
    .map(({ value }) => wordsOf(value))
    .find((text) => text !== undefined);

/** Likewise the key of an incident, which has to be exact. */
export const exactKeyOf = (sources: Sources | undefined, item: Json, body: Json): string | undefined =>
  sourcesOf(sources, item, body)
    .map(({ value }) => keyOf(value))
    .find((key) => key !== undefined);

/** The first time that can be read. */
export function timeIn(sources: Sources | undefined, item: Json, body: Json) {
  for (const { path, value } of sourcesOf(sources, item, body)) {
    const time = assumedInstantOf(value);
    if (time) return { ...time, path };
  }
  return undefined;
}

function wordsOf(value: Json): string | undefined {
  if (!Array.isArray(value)) return textOf(value);
  const texts = value.flatMap((each) => textOf(each) ?? []);
  return texts.length === 0 ? undefined : texts.join(', ');
}

/** A text with what stands at its paths; undefined where there is nothing at any of them. */
function filled(template: string, item: Json, body: Json): string | undefined {
  let found = 0;
  const text = template.replace(/\{\{([^{}]+)\}\}/g, (_, path: string) => {
    const value = at(item, path.trim()) ?? at(body, path.trim());
    const words = value === undefined ? undefined : typeof value === 'number' ? keyOf(value) : wordsOf(value);
    if (words !== undefined) found++;
    return words ?? '';
  });
  return found === 0 ? undefined : collapseSpaces(text);
}
