import { fingerprintOfKey } from '../alert/fingerprint.ts';
import { fieldsOf } from './fields.ts';
import { type Format, lacks } from './format.ts';
import { instantOf } from './instant.ts';
import { isObject, type JsonObject } from './json.ts';
import type { Draft } from './occurrence.ts';
import { given, keyOf, listOf, objectOf, textOf } from './path.ts';

const name = 'axiom';
const statuses = new Map<string, Draft['status']>([
  ['open', 'firing'],
  ['opened', 'firing'],
  ['triggered', 'firing'],
  ['alerting', 'firing'],
  ['closed', 'resolved'],
  ['resolved', 'resolved'],
  ['ok', 'resolved'],
]);

/** Axiom's webhook: its own default template, or the nested one that the public contract describes. */
export const axiom: Format = {
  name,
  hint: 'An edited template of the notifier is a possible cause: restore the default one.',
  recognises: ({ action, event, monitor, alert }) =>
    (action !== undefined && isObject(event) && event.monitorID !== undefined) ||
    (isObject(monitor) && isObject(alert) && alert.state !== undefined),
  read(body) {
    const read = isObject(body.monitor) && !isObject(body.event) ? ofMonitor(body) : ofEvent(body);
    return 'draft' in read ? { drafts: [read.draft] } : read;
  },
};

type ReadDraft = { draft: Draft } | ReturnType<typeof lacks>;

function ofEvent({ action, event: given_ }: JsonObject): ReadDraft {
  const status = statuses.get(textOf(action)?.trim().toLowerCase() ?? '');
  if (status === undefined) return lacks(['action'], '"Open" or "Closed"');
  const event = objectOf(given_);
  const fields = fieldsOf(event);
  const monitor = fields.key('monitorID');
  if (monitor === undefined) return lacks(['event', 'monitorID'], 'the id of the monitor');
  const rounded = listOf(event.groupValues).findIndex((value) => Number.isInteger(value) && keyOf(value) === undefined);
  if (rounded >= 0) return lacks(['event', 'groupValues', rounded], 'text, or an integer below 2^53');
  const groups = groupsOf(event);
  const key = Object.keys(groups).length === 0 ? monitor : JSON.stringify([monitor, ...Object.entries(groups).flat()]);
  const title = fields.text('title') ?? `Axiom monitor ${monitor}`;
  fields.skip('groupKeys', 'groupValues');
  return {
    draft: {
      status,
      title,
      message: fields.text('body', 'description'),
      source: name,
      service: groups.service,
      externalId: monitor,
      fingerprint: fingerprintOfKey(name, key),
      occurredAt: timeOf(fields.text('timestamp')),
      links: fields.texts('queryUrl'),
      labels: groups,
      metadata: {
        ...fields.texts('value', 'queryStartTime', 'queryEndTime', 'timestamp'),
        ...given('description', fields.text('description')),
        ...(isObject(event.matchedEvent) && { matchedEvent: fields.object('matchedEvent') }),
      },
      otherFields: fields.others(),
      facts: { monitorID: monitor, ...groups },
    },
  };
}

/** Keys and values stand in two lists. A key must not depend on their order. */
function groupsOf({ groupKeys, groupValues }: JsonObject): Record<string, string> {
  const values = listOf(groupValues).map((value) => textOf(value) ?? JSON.stringify(value));
  const keys = listOf(groupKeys);
  const pairs = values.map((value, index): [string, string] => [textOf(keys[index]) ?? `group${index}`, value]);
  return Object.fromEntries(pairs.filter(([key]) => key !== '__proto__').sort());
}

/** ISO 8601, or as Go prints a time: `2027-03-01 11:59:00 +0000 UTC`. */
const timeOf = (text: string | undefined): string | undefined =>
  instantOf(text?.replace(/^(\S+) (\S+) ([+-]\d{4})( \S+)?$/, '$1T$2$3'));

function ofMonitor(body: JsonObject): ReadDraft {
  const fields = fieldsOf(body);
  const monitor = fields.key('monitor.id');
  if (monitor === undefined) return lacks(['monitor', 'id'], 'the id of the monitor');
  const status = statuses.get(fields.text('alert.state')?.trim().toLowerCase() ?? '');
  if (status === undefined) return lacks(['alert', 'state'], '"triggered" or "resolved"');
  const dataset = fields.text('dataset');
  return {
    draft: {
      status,
      title: fields.text('monitor.name') ?? `Axiom monitor ${monitor}`,
      message: fields.text('monitor.description'),
      source: name,
      externalId: monitor,
      fingerprint: fingerprintOfKey(name, monitor),
      occurredAt: timeOf(fields.text('timestamp')),
      links: fields.texts('queryUrl'),
      labels: given('dataset', dataset),
      metadata: fields.texts('monitor.query', 'alert.value', 'alert.threshold', 'alert.operator', 'timestamp'),
      otherFields: fields.others(),
      facts: { monitorID: monitor },
    },
  };
}
