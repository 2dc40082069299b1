import { fingerprintOfFacts, fingerprintOfKey } from '../alert/fingerprint.ts';
import { fieldsOf } from './fields.ts';
import { type Format, lacks } from './format.ts';
import { isObject, type JsonObject } from './json.ts';
import type { Draft } from './occurrence.ts';
import { given, textsOf } from './path.ts';

const name = 'grafana';
/** Alert names of Grafana's own: a rule whose source has no data or fails, and the contact point's test button. */
const noDataNames = ['DatasourceNoData', 'DatasourceError'];
const TEST_NAME = 'TestAlert';
const placed = ['summary', 'title', 'description', 'message', 'runbook_url', '__dashboardUid__', '__panelId__'];

/** Grafana's unified alerting: Alertmanager's body in version "1", with its own fields. */
export const grafana: Format = {
  name,
  hint: 'A custom payload of the contact point is a possible cause: remove it.',
  recognises: ({ alerts, orgId, version }) => Array.isArray(alerts) && (orgId !== undefined || version === '1'),
  read(body) {
    const { alerts } = body;
    if (!Array.isArray(alerts) || alerts.length === 0) return lacks(['alerts'], 'a list of at least one alert');
    const drafts: Draft[] = [];
    for (const [index, entry] of alerts.entries()) {
      if (!isObject(entry)) return lacks(['alerts', index], 'an object');
      if (entry.status !== 'firing' && entry.status !== 'resolved') {
        return lacks(['alerts', index, 'status'], '"firing" or "resolved"');
      }
      if (entry.fingerprint === undefined && !isObject(entry.labels)) {
        return lacks(['alerts', index, 'labels'], 'an object, where there is no fingerprint');
      }
      drafts.push(draftOf(entry, entry.status, body));
    }
    return { drafts };
  },
};

function draftOf(entry: JsonObject, said: 'firing' | 'resolved', body: JsonObject): Draft {
  const [fields, group] = [fieldsOf(entry), fieldsOf(body)];
  const [labels, annotations] = [textsOf(fields.object('labels')), textsOf(fields.object('annotations'))];
  const key = fields.key('fingerprint');
  const endsAt = said === 'resolved' ? fields.instant('endsAt') : undefined;
  const links = fields.texts('generatorURL', 'dashboardURL', 'panelURL', 'silenceURL', 'imageURL');
  const values = fields.object('values');
  fields.skip('status', 'endsAt');
  const truncatedAlerts = typeof body.truncatedAlerts === 'number' ? body.truncatedAlerts : 0;
  return {
    status: statusOf(labels.alertname, said),
    title: annotations.summary ?? annotations.title ?? labels.alertname ?? group.text('title') ?? '',
    message: annotations.description ?? annotations.message,
    severity: labels.severity,
    source: name,
    service: labels.service ?? labels.app,
    environment: labels.environment ?? labels.env,
    externalId: key,
    fingerprint: key === undefined ? fingerprintOfFacts(name, labels) : fingerprintOfKey(name, key),
    startsAt: fields.instant('startsAt'),
    occurredAt: endsAt,
    links: {
      ...given('runbook', annotations.runbook_url),
      ...Object.fromEntries(Object.entries(links).map(([field, address]) => [field.replace('URL', ''), address])),
      ...given('grafana', group.text('externalURL')),
    },
    labels,
    metadata: {
      ...(truncatedAlerts > 0 && { truncatedAlerts }),
      ...given('endsAt', endsAt),
      ...(Object.keys(values).length > 0 && { values }),
      ...fields.texts('valueString', 'ruleUID'),
      ...group.texts('receiver', 'groupKey', 'orgId'),
      ...rest('annotations', annotations),
    },
    otherFields: fields.others(),
    facts: labels,
    entry,
  };
}

function statusOf(alertName: string | undefined, said: 'firing' | 'resolved'): Draft['status'] {
  if (alertName === TEST_NAME) return 'test';
  return said === 'firing' && alertName !== undefined && noDataNames.includes(alertName) ? 'unknown' : said;
}

function rest(field: string, annotations: Record<string, string>): JsonObject {
  const others = Object.fromEntries(Object.entries(annotations).filter(([annotation]) => !placed.includes(annotation)));
  return Object.keys(others).length > 0 ? { [field]: others } : {};
}
