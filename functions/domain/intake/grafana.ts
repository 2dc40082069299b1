import { fingerprintOfFacts, fingerprintOfKey } from '../alert/fingerprint.ts';
import { fieldsOf } from './fields.ts';
import { type Format, lacks } from './format.ts';
import { isGrafanaLegacy, readGrafanaLegacy } from './grafana-legacy.ts';
import { isObject, type JsonObject } from './json.ts';
import type { Draft } from './occurrence.ts';
import { given, textsOf } from './path.ts';
import { hasNoValue, ruleNameOf } from './rule-name.ts';

const name = 'grafana';
/** Alert names of Grafana's own: a rule whose source has no data or fails, and the contact point's test button. */
const noDataNames = ['DatasourceNoData', 'DatasourceError'];
const TEST_NAME = 'TestAlert';
/** Annotations that stand elsewhere whatever they say, and those of which one becomes the title or the message. */
const placed = ['runbook_url', '__dashboardUid__', '__panelId__'];
const texts = ['summary', 'title', 'description', 'message'];

/** Grafana's unified alerting: Alertmanager's body in version "1", with its own fields. */
export const grafana: Format = {
  name,
  hint: 'A custom payload of the contact point is a possible cause: remove it.',
  recognises: (body) =>
    (Array.isArray(body.alerts) && (body.orgId !== undefined || body.version === '1')) || isGrafanaLegacy(body),
  read(body) {
    if (isGrafanaLegacy(body)) return readGrafanaLegacy(body);
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
  const title = titleOf(labels, annotations) ?? group.text('title') ?? '';
  const message = annotations.description ?? annotations.message;
  const truncatedAlerts = typeof body.truncatedAlerts === 'number' ? body.truncatedAlerts : 0;
  return {
    status: statusOf(labels.alertname, said),
    title,
    message,
    severity: labels.severity ?? labels.priority,
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
      ...rest('annotations', annotations, [title, message]),
    },
    otherFields: fields.others(),
    facts: labels,
    entry,
  };
}

/** Grafana's own names for what is wrong with a rule tell nothing of the rule, which a label names. */
function titleOf(labels: Record<string, string>, annotations: Record<string, string>): string | undefined {
  const rule = ruleNameOf(labels);
  const [said] = [annotations.summary, annotations.title].filter((text) => text !== undefined && !hasNoValue(text));
  if (said !== undefined) return said;
  const isOwn = labels.alertname !== undefined && noDataNames.includes(labels.alertname);
  return isOwn && labels.rulename !== undefined ? `${labels.rulename} (${labels.alertname})` : rule;
}

function statusOf(alertName: string | undefined, said: 'firing' | 'resolved'): Draft['status'] {
  if (alertName === TEST_NAME) return 'test';
  return said === 'firing' && alertName !== undefined && noDataNames.includes(alertName) ? 'unknown' : said;
}

function rest(field: string, annotations: Record<string, string>, used: (string | undefined)[]): JsonObject {
  const isPlaced = (name: string, text: string) =>
    placed.includes(name) || (texts.includes(name) && used.includes(text));
  const others = Object.fromEntries(Object.entries(annotations).filter(([name, text]) => !isPlaced(name, text)));
  return Object.keys(others).length > 0 ? { [field]: others } : {};
}
