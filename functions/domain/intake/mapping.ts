import { fingerprintOfFacts, fingerprintOfKey } from '../alert/fingerprint.ts';
import { cut } from '../text/cut.ts';
import { collapseSpaces } from '../text/untrusted-text.ts';
import { type Format, lacks, type Nothing, type ParsedFormat } from './format.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import type { Mapping, Sources } from './mapping-schema.ts';
import type { Draft } from './occurrence.ts';
import { listOf, pathParts } from './path.ts';
import type { Issue } from './refusal.ts';
import { exactKeyOf, firstText, sourcesOf, timeIn } from './sources.ts';
import { type Meaning, meaningOf } from './status-words.ts';

const name = 'custom';
const ignored: Nothing = { code: 'ignored', message: 'The mapping of the webhook says to ignore this.' };

/** A mapping whose preset is filled in. */
export type FullMapping = Mapping & { title: Sources };

/** The format of a webhook that says where the fields of an alert are; `format`: the preset that says so. */
export const mapped = (mapping: FullMapping, format = name): Format => ({
  name: format,
  hint: 'The mapping of the webhook is a possible cause: try it again with this body as its samplePayload.',
  recognises: () => true,
  read: (body) => readMapped(mapping, format, body),
});

function readMapped(mapping: FullMapping, format: string, body: JsonObject): ParsedFormat {
  const items = itemsOf(mapping, body);
  if (items.length === 0) {
    const isIgnored = mapping.ignoreWithout !== undefined && firstText(mapping.ignoreWithout, body, body) === undefined;
    if (isIgnored) return { nothing: ignored };
    return lacks(pathParts(mapping.items ?? ''), 'a list of at least one item, as the mapping says');
  }
  const drafts: Draft[] = [];
  for (const [index, item] of items.entries()) {
    const read = draftOf(mapping, format, item, body);
    if (read === 'ignored') continue;
    if ('issues' in read) {
      const path = mapping.items === undefined ? [] : [...pathParts(mapping.items), index];
      return { issues: read.issues.map((issue) => ({ ...issue, path: [...path, ...issue.path] })) };
    }
    drafts.push(read);
  }
  return drafts.length === 0 ? { nothing: ignored } : { drafts };
}

const itemsOf = ({ items }: Mapping, body: JsonObject): Json[] =>
  items === undefined ? [body] : listOf(sourcesOf([items], body, body)[0]?.value);

function draftOf(
  mapping: FullMapping,
  format: string,
  item: Json,
  body: JsonObject,
): Draft | { issues: Issue[] } | 'ignored' {
  const text = (sources: Sources | undefined) => firstText(sources, item, body);
  if (mapping.ignoreWithout !== undefined && text(mapping.ignoreWithout) === undefined) return 'ignored';
  const word = text(mapping.status?.path);
  const status: Meaning | undefined = meaningOf(mapping.status, word);
  if (status === 'ignored') return 'ignored';
  if (status === undefined) return unknownWord(mapping, word ?? '');
  const title = text(mapping.title);
  if (title === undefined) return missing(mapping.title);
  const key = exactKeyOf(mapping.fingerprint, item, body);
  if (key === undefined && mapping.fingerprint !== undefined) return missing(mapping.fingerprint);
  return draftFrom(mapping, { format, status, title, key, item, body });
}

interface MappedEntry {
  format: string;
  status: Draft['status'];
  title: string;
  key: string | undefined;
  item: Json;
  body: JsonObject;
}

function draftFrom(mapping: FullMapping, { format, status, title, key, item, body }: MappedEntry): Draft {
  const text = (sources: Sources | undefined) => firstText(sources, item, body);
  const [service, environment] = [text(mapping.service), text(mapping.environment)];
  const [startsAt, occurredAt] = [timeIn(mapping.startsAt, item, body), timeIn(mapping.occurredAt, item, body)];
  const assumedUtc = [startsAt, occurredAt].find((time) => time?.isAssumedUtc)?.path;
  return {
    status,
    title,
    message: text(mapping.message),
    severity: severityOf(mapping.severity, text(mapping.severity?.path)),
    source: format,
    service,
    environment,
    externalId: text(mapping.externalId) ?? key,
    fingerprint:
      key === undefined ? fingerprintOfFacts(format, { title, service, environment }) : fingerprintOfKey(format, key),
    startsAt: status === 'firing' || key !== undefined ? startsAt?.at : undefined,
    ...(key === undefined && { startsApart: true }),
    occurredAt: occurredAt?.at,
    links: textsOf(mapping.links, text),
    labels: textsOf(mapping.labels, text),
    metadata: { payload: isObject(item) ? item : {} },
    otherFields: {},
    ...(assumedUtc !== undefined && { notes: { assumedUtc } }),
    entry: isObject(item) ? item : {},
  };
}

const missing = (sources: Sources) => lacks(pathParts([sources].flat()[0] ?? ''), 'text, as the mapping says');

/** It is named: without it nobody could add it to the mapping. */
function unknownWord({ status }: Mapping, word: string): { issues: Issue[] } {
  const shown = word === '' ? 'there is none' : `"${cut(collapseSpaces(word), 60)}" is in none of its lists`;
  const message = `must be a word of the mapping's status: ${shown}. Add it to firing, resolved, ignored or another list`;
  return { issues: [{ path: pathParts([status?.path ?? ''].flat()[0] ?? ''), code: 'unknown_word', message }] };
}

const textsOf = (
  named: Record<string, Sources> | undefined,
  text: (sources: Sources) => string | undefined,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(named ?? {}).flatMap(([name, sources]): [string, string][] => {
      const found = name === '__proto__' ? undefined : text(sources);
      return found === undefined ? [] : [[name, found]];
    }),
  );

const severityOf = (severity: Mapping['severity'], said: string | undefined): string | undefined =>
  said === undefined
    ? undefined
    : (new Map(Object.entries(severity?.values ?? {})).get(said.trim().toLowerCase()) ?? said);
