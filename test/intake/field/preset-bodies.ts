/** What the senders of the presets post, small and made up, in the shape of each. */

const clock = (minute: number) => `2027-03-01T12:${String(minute).padStart(2, '0')}:00Z`;
const epoch = (minute: number) => Date.parse(clock(minute)) / 1_000;

export const zabbix = (value: string, update: string, action = ''): object => ({
  event_value: value,
  event_update_status: update,
  event_update_action: action,
  event_id: '42',
  event_name: 'Disk is full on db1',
  event_nseverity: '5',
  host_name: 'db1',
  alert_message: 'Free space is below 1 %',
});

export const checkmk = (type: string, changes: object = {}): object => ({
  id: '18',
  summary: 'db1 is down',
  host: 'db1',
  event: 'DOWN',
  output: 'Packet loss',
  status: 'DOWN',
  severity: 'CRIT',
  what: 'HOST',
  notification_type: type,
  site: 'cmk',
  url: 'https://checkmk.example.com/db1',
  ...changes,
});

export const kuma = (status: number, minute: number, id = 10): object => ({
  heartbeat: { monitorID: id, status, time: clock(minute).replace('T', ' ').replace('Z', '.527'), msg: 'timeout' },
  monitor: { id, name: 'Shop', url: 'https://shop.example.com', type: 'http' },
  msg: '[Shop] timeout',
});
export const kumaSays = (msg: string): object => ({ heartbeat: null, monitor: null, msg });

export const healthchecks = (status: string): object => ({
  name: 'nightly-backup',
  status,
  code: 'c0de',
  tags: 'prod',
});

export const azure = (condition: string, minute: number): object => ({
  schemaId: 'azureMonitorCommonAlertSchema',
  data: {
    essentials: {
      alertId: '/subscriptions/s1/providers/Microsoft.AlertsManagement/alerts/a1',
      alertRule: 'CPU is high',
      severity: 'Sev1',
      signalType: 'Metric',
      monitorCondition: condition,
      monitoringService: 'Platform',
      configurationItems: ['shop-vm'],
      firedDateTime: clock(1),
      ...(condition === 'Resolved' && { resolvedDateTime: clock(minute) }),
      description: 'above 90 %',
    },
    alertContext: {},
  },
});

export const google = (state: string, minute: number, version = '1.2'): object => ({
  version,
  incident: {
    incident_id: '0.abc',
    scoping_project_id: 'shop',
    policy_name: 'CPU is high',
    condition_name: 'CPU above 90 %',
    state,
    severity: 'Critical',
    started_at: epoch(1),
    ended_at: state === 'closed' ? epoch(minute) : null,
    summary: 'CPU is above the threshold.',
    url: 'https://console.example.com/incidents/0.abc',
  },
});

export const github = (action: string, conclusion: string | null, minute: number): object => ({
  action,
  workflow_run: {
    id: 300 + minute,
    name: 'Build',
    head_branch: 'main',
    conclusion,
    html_url: 'https://github.example.com/acme/shop/actions/runs/1',
    updated_at: clock(minute),
    workflow_id: 7,
  },
  repository: { full_name: 'acme/shop', name: 'shop' },
});

export const dynatrace = (State: string, ProblemTitle = 'Failure rate is high'): object => ({
  State,
  PID: '-77_V2',
  ProblemID: 'P-77',
  ProblemTitle,
  ProblemSeverity: 'ERROR',
  ProblemURL: 'https://dynatrace.example.com/#problems',
  ImpactedEntity: 'checkout',
});

export const rollbar = (event: string): object => ({
  event_name: event,
  data: { item: { id: 272, title: 'Totals are wrong', level: 40, environment: 'production', project_id: 9 } },
});

export const elastic = (group: string): object => ({
  rule: 'Errors of the checkout',
  rule_id: 'r1',
  alert: 'checkout',
  alert_id: 'checkout',
  action_group: group,
  message: 'above 100',
  severity: 'high',
});

export const honeycomb = (status: string, isTest = false): object => ({
  version: 'v0.1.0',
  id: 'trg1',
  name: 'Slow checkout',
  trigger_url: 'https://ui.honeycomb.example.com/t/1',
  status,
  summary: 'p95 is above 2 s',
  is_test: isTest,
});

export const argo = (health: string, phase: string): object => ({
  app: 'shop',
  namespace: 'argocd',
  health,
  phase,
  project: 'default',
  url: 'https://argocd.example.com/applications/shop',
});

export const librenms = (state: number): object => ({
  state,
  alert_id: '5',
  title: 'Device is down',
  hostname: 'sw1',
  severity: 'critical',
  msg: 'no answer',
});

export const thousandEyes = (eventType: string): object => ({
  eventId: 'e1',
  eventType,
  alert: { alertId: 7, ruleName: 'Loss', testName: 'Shop', severity: 'MAJOR', permalink: 'https://app.example.com/7' },
});
