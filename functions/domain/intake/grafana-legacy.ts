import { fingerprintOfKey } from '../alert/fingerprint.ts';
import { fieldsOf } from './fields.ts';
import { lacks, type ParsedFormat } from './format.ts';
import type { JsonObject } from './json.ts';
import type { Draft } from './occurrence.ts';
import { given, textsOf } from './path.ts';

const statuses = new Map<string, Draft['status']>([
  ['alerting', 'firing'],
  ['ok', 'resolved'],
  ['no_data', 'unknown'],
  ['unknown', 'unknown'],
  ['pending', 'update'],
  ['paused', 'update'],
]);

/** A notification of Grafana's legacy alerting, up to Grafana 10. */
export const isGrafanaLegacy = ({ ruleId, ruleName, state, alerts }: JsonObject): boolean =>
  alerts === undefined && state !== undefined && (ruleId !== undefined || ruleName !== undefined);

export function readGrafanaLegacy(body: JsonObject): ParsedFormat {
  const fields = fieldsOf(body);
  const status = statuses.get(fields.text('state')?.trim().toLowerCase() ?? '');
  if (status === undefined) return lacks(['state'], '"alerting", "ok", "no_data", "pending" or "paused"');
  const rule = fields.key('ruleId') ?? fields.text('ruleName');
  if (rule === undefined) return lacks(['ruleId'], 'the id of the rule');
  const labels = textsOf(fields.object('tags'));
  const name = fields.text('ruleName');
  return {
    drafts: [
      {
        status,
        title: name ?? fields.text('title') ?? `Grafana rule ${rule}`,
        message: fields.text('message'),
        severity: labels.severity ?? labels.priority,
        source: 'grafana',
        service: labels.service ?? labels.app,
        environment: labels.environment ?? labels.env,
        externalId: rule,
        fingerprint: fingerprintOfKey('grafana.legacy', JSON.stringify([fields.text('orgId') ?? '', rule])),
        links: { ...given('rule', fields.text('ruleUrl')), ...given('image', fields.text('imageUrl')) },
        labels,
        metadata: {
          ...fields.texts('state', 'orgId', 'dashboardId', 'panelId'),
          ...given('ruleName', name),
          evalMatches: fields.list('evalMatches'),
        },
        otherFields: fields.others(),
      },
    ],
  };
}
