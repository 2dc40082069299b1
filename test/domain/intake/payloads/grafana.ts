/** One alert of Grafana's unified alerting; `changes` replaces fields. */
export const grafanaEntry = (changes: object = {}): object => ({
  status: 'firing',
  labels: {
    alertname: 'High memory usage',
    severity: 'critical',
    service: 'checkout',
    env: 'production',
    instance: 'shop-1:9100',
    grafana_folder: 'Shop',
  },
  annotations: {
    summary: 'Memory of <b>shop-1</b> is **above** 90 %',
    description: 'The process uses 94 % of its memory.',
    runbook_url: 'https://runbooks.example.com/memory',
    __dashboardUid__: 'd1',
    owner: 'team-shop',
  },
  startsAt: '2027-03-01T11:59:00Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'https://grafana.example.com/alerting/grafana/abc/view?orgId=1',
  fingerprint: '57c6d9296de2ad39',
  silenceURL: 'https://grafana.example.com/alerting/silence/new?alertmanager=grafana',
  dashboardURL: 'https://grafana.example.com/d/d1',
  panelURL: 'https://grafana.example.com/d/d1?viewPanel=2',
  values: { A: 94.2, C: 1 },
  valueString: "[ var='A' labels={instance=shop-1:9100} value=94.2 ]",
  ruleUID: 'rule-7',
  ...changes,
});

export const grafanaBody = (alerts: object[] = [grafanaEntry()], changes: object = {}): object => ({
  receiver: 'opencode-relay',
  status: 'firing',
  alerts,
  groupLabels: { alertname: 'High memory usage' },
  commonLabels: {},
  commonAnnotations: {},
  externalURL: 'https://grafana.example.com/',
  version: '1',
  groupKey: '{}:{alertname="High memory usage"}',
  truncatedAlerts: 0,
  orgId: 1,
  title: '[FIRING:1] High memory usage (checkout critical)',
  state: 'alerting',
  message: '**Firing**\n\nValue: A=94.2',
  ...changes,
});

/** What the button "Test" of a contact point sends. */
export const grafanaTest = (): object =>
  grafanaBody([
    grafanaEntry({
      labels: { alertname: 'TestAlert', instance: 'Grafana' },
      annotations: { summary: 'Notification test' },
      fingerprint: '57c6d9296de2ad40',
    }),
  ]);
