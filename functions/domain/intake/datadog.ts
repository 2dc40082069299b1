import { fingerprintOfKey } from '../alert/fingerprint.ts';
import { isDatadogDefault, isTest, readDatadogDefault, statusOf } from './datadog-default.ts';
import { fieldsOf } from './fields.ts';
import { type Format, lacks } from './format.ts';
import { instantOf } from './instant.ts';
import type { JsonObject } from './json.ts';
import { given, keyOf } from './path.ts';
import { labelsOfTags, splitTags } from './tags.ts';

const name = 'datadog';
/** Datadog sends what its user writes; our template says by this field that it is ours. */
const TEMPLATE = 'datadog/1';
/** A variable that has no value is sent as nothing, as this word, or as it stands in the template. */
const UNFILLED = /^(null|none|n\/a|\$[A-Z_]+)?$/i;

/** Datadog's types of events in our words, where the monitor has no priority. */
const types = new Map([
  ['error', 'critical'],
  ['warning', 'medium'],
  ['info', 'info'],
  ['success', 'info'],
]);

/**
 * Datadog's webhook, with our template or its own default one. Warnings and repeats are updates: they start nothing.
 */
export const datadog: Format = {
  name,
  hint: 'The template of the webhook in Datadog is a possible cause: paste the one from the README again, whole.',
  recognises: (body) =>
    (typeof body.template === 'string' && body.template.startsWith('datadog/')) || isDatadogDefault(body),
  deliveryKey: (body) => keyOf(filled(body).id),
  read(body) {
    if (isDatadogDefault(body)) return readDatadogDefault(filled(body));
    if (body.template !== TEMPLATE) return lacks(['template'], `"${TEMPLATE}"`);
    const fields = fieldsOf(filled(body));
    const [aggregate, monitor] = [fields.key('aggregation_key'), fields.key('monitor_id')];
    const scope = labelsOfTags(splitTags(fields.text('scope')));
    // The template knows no order of tags, and a key must not depend on it.
    const ofMonitor =
      monitor === undefined ? undefined : JSON.stringify([monitor, ...Object.entries(scope).sort().flat()]);
    const key = aggregate ?? ofMonitor;
    if (key === undefined) return lacks(['aggregation_key'], 'a key, where there is no monitor_id');
    const labels = { ...labelsOfTags(splitTags(fields.text('tags'))), ...scope };
    const type = fields.text('type')?.toLowerCase();
    const title = fields.text('monitor_title', 'title');
    return {
      drafts: [
        {
          status: isTest(title, fields.text('title')) ? 'test' : statusOf(fields.text('transition')),
          title: title ?? `Datadog monitor ${monitor ?? key}`,
          message: fields.text('message'),
          severity: fields.text('priority') ?? (type === undefined ? undefined : (types.get(type) ?? type)),
          source: name,
          service: labels.service,
          environment: labels.env ?? labels.environment,
          externalId: aggregate ?? monitor,
          fingerprint: fingerprintOfKey(aggregate === undefined ? 'datadog.monitor' : name, key),
          occurredAt: instantOf(fields.text('date')),
          links: fields.texts('link', 'snapshot'),
          labels,
          metadata: {
            ...fields.texts('transition', 'status', 'query', 'metric', 'hostname', 'date', 'cycle_key', 'id'),
            ...fields.texts('monitor_id', 'org_id', 'org_name'),
            ...given('eventTitle', fields.text('title')),
          },
          otherFields: fields.others(),
          ...(monitor !== undefined && { facts: { monitor_id: monitor, ...scope } }),
        },
      ],
    };
  },
};

const filled = ({ template: _, ...body }: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(body).filter(([, value]) => typeof value !== 'string' || !UNFILLED.test(value.trim())),
  );
