import { fingerprintOfFacts } from '../alert/fingerprint.ts';
import { fieldsOf } from './fields.ts';
import { lacks, type ParsedFormat } from './format.ts';
import { instantOf } from './instant.ts';
import { isObject, type JsonObject } from './json.ts';
import type { Draft } from './occurrence.ts';
import { labelsOfTags, splitTags } from './tags.ts';

const statuses = new Map<string, Draft['status']>([
  ['triggered', 'firing'],
  ['alert', 'firing'],
  ['recovered', 'resolved'],
  ['no data', 'unknown'],
  ['re-no data', 'unknown'],
]);

/** Of a transition in Datadog's words: warnings and repeats are updates. */
export const statusOf = (transition: string | undefined): Draft['status'] =>
  statuses.get(transition?.trim().toLowerCase() ?? '') ?? 'update';

/** What the button *Test notifications* of a monitor writes before its titles. */
export const isTest = (...titles: (string | undefined)[]): boolean =>
  titles.some((title) => title?.trimStart().startsWith('[TEST]'));

/** The payload that a webhook of Datadog has before anybody edits it. */
export const isDatadogDefault = (body: JsonObject): boolean =>
  body.template === undefined &&
  ['title', 'event_type', 'last_updated'].every((field) => body[field] !== undefined) &&
  isObject(body.org);

/** `[P1] [Recovered on {host:a}] Disk is filling`. */
const MARKS =
  /^(?:\[TEST\]\s*)?(?:\[(P[1-5])\]\s*)?\[((?:Re-)?(?:Triggered|Warn|No data|Renotify)|Recovered)(?: on \{([^{}]*)\})?\]\s*/i;

/**
 * It names neither the monitor nor a key: the title holds state, scope and name, which together tell one incident from
 * another.
 */
export function readDatadogDefault(body: JsonObject): ParsedFormat {
  const fields = fieldsOf(body);
  const title = fields.text('title') ?? '';
  const [marks, priority, transition, scopeText] = MARKS.exec(title) ?? [];
  if (marks === undefined || transition === undefined) {
    return lacks(['title'], 'a title with the state of a monitor, such as "[Triggered on {host:a}] Disk"');
  }
  const monitor = title.slice(marks.length);
  const scope = labelsOfTags(splitTags(scopeText));
  const facts = { monitor, org: fields.text('org.id') ?? '', ...scope };
  return {
    drafts: [
      {
        status: isTest(title) ? 'test' : statusOf(transition),
        title: monitor || title,
        message: fields.text('body', 'text_only_msg'),
        severity: priority,
        source: 'datadog',
        service: scope.service,
        environment: scope.env,
        fingerprint: fingerprintOfFacts('datadog.default', facts),
        occurredAt: instantOf(fields.text('date', 'last_updated')),
        links: fields.texts('link'),
        labels: scope,
        metadata: { transition, ...fields.texts('event_type', 'id', 'date', 'last_updated', 'org.name') },
        otherFields: fields.others(),
        facts,
      },
    ],
  };
}
