import type { JsonObject } from './json.ts';
import type { FullMapping } from './mapping.ts';
import type { Sources } from './mapping-schema.ts';
import { listOf } from './path.ts';
import type { Issue } from './refusal.ts';
import { exactKeyOf, firstText, sourcesOf } from './sources.ts';

/**
 * Tries a mapping on samples: an issue for each field of which no source leads to what it is for, in any item. The
 * paths of the issues are those of the mapping, e.g. `['severity', 'path']`; none means that the mapping fits.
 */
export function tryMapping(mapping: FullMapping, ...samples: JsonObject[]): Issue[] {
  const items = samples.flatMap((sample) => {
    const listed = mapping.items === undefined ? [sample] : listOf(sourcesOf(mapping.items, sample, sample)[0]?.value);
    return listed.map((item) => ({ item, sample }));
  });
  if (items.length === 0) return [misleads(['items'], mapping.items ?? '', 'a list of at least one item')];
  const found = (field: string[], sources: Sources) =>
    items.some(({ item, sample }) =>
      field[0] === 'fingerprint' ? exactKeyOf(sources, item, sample) : firstText(sources, item, sample),
    );
  const { title, message, severity, status, fingerprint, externalId, service, environment } = mapping;
  const { startsAt, occurredAt, links, labels } = mapping;
  const fields: [string[], Sources | undefined][] = [
    [['title'], title],
    [['message'], message],
    [['severity', 'path'], severity?.path],
    [['status', 'path'], status?.path],
    [['fingerprint'], fingerprint],
    [['externalId'], externalId],
    [['service'], service],
    [['environment'], environment],
    [['startsAt'], startsAt],
    [['occurredAt'], occurredAt],
    ...Object.entries(links ?? {}).map(([name, sources]): [string[], Sources] => [['links', name], sources]),
    ...Object.entries(labels ?? {}).map(([name, sources]): [string[], Sources] => [['labels', name], sources]),
  ];
  return fields.flatMap(([field, sources]) =>
    sources === undefined || found(field, sources)
      ? []
      : [misleads(field, [sources].flat().join('", "'), 'text or a number in an item')],
  );
}

const misleads = (path: string[], source: string, expected: string): Issue => ({
  path,
  code: 'path_not_found',
  message: `must lead to ${expected} of the sample; "${source}" does not`,
});
