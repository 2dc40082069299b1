import { hexId, type Incident } from '../incident.ts';
import type { Payload, Provider } from '../payload.ts';

type Said = 'firing' | 'resolved';

const labelsOf = ({ service, environment, host }: Incident) => ({
  alertname: 'CheckoutTotalsWrong',
  severity: 'critical',
  service,
  env: environment,
  instance: `${host}:9100`,
});

function entryOf(incident: Incident, status: Said, labels: Record<string, string>) {
  const { title, message, startedAt, now } = incident;
  return {
    status,
    labels,
    annotations: {
      summary: title,
      description: message,
      runbook_url: 'https://runbooks.example.com/checkout-totals',
    },
    startsAt: startedAt.toISOString(),
    endsAt: status === 'resolved' ? now.toISOString() : '0001-01-01T00:00:00Z',
    generatorURL: 'https://prometheus.example.com/graph',
    fingerprint: hexId(incident, 'fingerprint'),
  };
}

const groupOf = (status: Said, alerts: object[]) => ({
  receiver: 'opencode-relay',
  status,
  alerts,
  groupLabels: { alertname: 'CheckoutTotalsWrong' },
  commonLabels: {},
  commonAnnotations: {},
  groupKey: '{}:{alertname="CheckoutTotalsWrong"}',
  truncatedAlerts: 0,
});

const alertmanagerSays =
  (status: Said) =>
  (incident: Incident): Payload => ({
    body: {
      version: '4',
      externalURL: 'https://alertmanager.example.com',
      ...groupOf(status, [entryOf(incident, status, labelsOf(incident))]),
    },
  });

export const prometheus: Provider = { firing: alertmanagerSays('firing'), resolved: alertmanagerSays('resolved') };

const grafanaSays =
  (status: Said, changed: Record<string, string> = {}) =>
  (incident: Incident): Payload => {
    const entry = entryOf(incident, status, { ...labelsOf(incident), ...changed });
    const more = {
      values: { A: 7.5, C: 1 },
      valueString: "[ var='A' labels={} value=7.5 ]",
      silenceURL: 'https://grafana.example.com/alerting/silence/new',
      dashboardURL: 'https://grafana.example.com/d/checkout',
      panelURL: 'https://grafana.example.com/d/checkout?viewPanel=2',
    };
    const state = status === 'firing' ? 'alerting' : 'ok';
    return {
      body: {
        version: '1',
        orgId: 1,
        externalURL: 'https://grafana.example.com/',
        title: `[${status.toUpperCase()}:1] CheckoutTotalsWrong`,
        state,
        message: incident.message,
        ...groupOf(status, [{ ...entry, ...more }]),
      },
    };
  };

export const grafana: Provider = {
  firing: grafanaSays('firing'),
  resolved: grafanaSays('resolved'),
  unknown: grafanaSays('firing', { alertname: 'DatasourceNoData' }),
  test: grafanaSays('firing', { alertname: 'TestAlert' }),
};
