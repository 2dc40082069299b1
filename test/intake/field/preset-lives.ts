import type { PresetProvider } from '../../../functions/contract/alert.ts';
import * as bodies from './preset-bodies.ts';

/** A body, and the states of all alerts after it. */
type Step = [body: object, ...states: string[]];

/**
 * The life of an alert at each sender, as far as it tells of it: fire, repeat, acknowledge, end, fire again, and what
 * is nothing.
 */
export const lives: Record<PresetProvider, { steps: Step[]; starts: number; first: object }> = {
  zabbix: {
    first: { title: 'Disk is full on db1', severity: 'critical', service: 'db1', fingerprint: 'v1:zabbix:42' },
    starts: 1,
    steps: [
      [bodies.zabbix('1', '0'), 'open'],
      [bodies.zabbix('1', '1', 'acknowledged'), 'acknowledged'],
      [bodies.zabbix('1', '1', 'unacknowledged'), 'open'],
      [bodies.zabbix('1', '1', 'commented'), 'open'],
      [bodies.zabbix('0', '0'), 'resolved'],
    ],
  },
  ...named(['checkmk', 'nagios', 'icinga'], {
    first: { title: 'db1 is down', severity: 'critical', service: 'db1', labels: { host: 'db1', site: 'cmk' } },
    starts: 2,
    steps: [
      [bodies.checkmk('FLAPPINGSTART')],
      [bodies.checkmk('PROBLEM'), 'open'],
      [bodies.checkmk('ACKNOWLEDGEMENT (DOWN)'), 'acknowledged'],
      [bodies.checkmk('DOWNTIMESTART'), 'acknowledged'],
      [bodies.checkmk('RECOVERY', { event: 'UP', status: 'UP', severity: 'OK' }), 'resolved'],
      [bodies.checkmk('PROBLEM'), 'resolved', 'open'],
    ],
  }),
  uptime_kuma: {
    first: { title: 'Shop: timeout', service: 'Shop', fingerprint: 'v1:uptime_kuma:10' },
    starts: 3,
    steps: [
      [bodies.kuma(2, 1)],
      [bodies.kuma(3, 1)],
      [bodies.kuma(0, 2), 'open'],
      [bodies.kuma(0, 3), 'open'],
      [bodies.kuma(1, 4), 'resolved'],
      [bodies.kuma(0, 5), 'resolved', 'open'],
      [bodies.kumaSays('[Shop] server certificate shop.example.com will expire in 7 days'), 'resolved', 'open', 'open'],
      [bodies.kumaSays('My webhook Testing'), 'resolved', 'open', 'open', 'test'],
    ],
  },
  healthchecks: {
    first: { title: 'nightly-backup is down', fingerprint: 'v1:healthchecks:c0de' },
    starts: 2,
    steps: [
      [bodies.healthchecks('down'), 'open'],
      [bodies.healthchecks('paused'), 'open'],
      [bodies.healthchecks('up'), 'resolved'],
      [bodies.healthchecks('down'), 'resolved', 'open'],
    ],
  },
  azure_monitor: {
    first: { title: 'CPU is high', severity: 'high', service: 'shop-vm', startsAt: '2027-03-01T12:01:00.000Z' },
    starts: 1,
    steps: [
      [bodies.azure('Fired', 1), 'open'],
      [bodies.azure('Fired', 1), 'open'],
      [bodies.azure('Resolved', 5), 'resolved'],
      [bodies.azure('Fired', 1), 'resolved'],
    ],
  },
  google_cloud_monitoring: {
    first: { title: 'CPU is high', severity: 'critical', startsAt: '2027-03-01T12:01:00.000Z' },
    starts: 1,
    steps: [
      [bodies.google('open', 1), 'open'],
      [bodies.google('acknowledged', 2), 'acknowledged'],
      [bodies.google('closed', 5), 'resolved'],
      [bodies.google('open', 6, 'test'), 'resolved', 'test'],
    ],
  },
  github_actions: {
    first: { title: 'Build of acme/shop: failure on main', service: 'shop', labels: { branch: 'main' } },
    starts: 2,
    steps: [
      [bodies.github('requested', null, 1)],
      [bodies.github('completed', 'skipped', 1)],
      [{ zen: 'Keep it simple.', hook_id: 1 }],
      [bodies.github('completed', 'failure', 2), 'open'],
      [bodies.github('completed', 'cancelled', 3), 'open'],
      [bodies.github('completed', 'timed_out', 4), 'open'],
      [bodies.github('completed', 'success', 5), 'resolved'],
      [bodies.github('completed', 'failure', 6), 'resolved', 'open'],
    ],
  },
  dynatrace: {
    first: { title: 'Failure rate is high', severity: 'high', fingerprint: 'v1:dynatrace:-77_V2', externalId: 'P-77' },
    starts: 1,
    steps: [
      [bodies.dynatrace('OPEN'), 'open'],
      [bodies.dynatrace('MERGED'), 'open'],
      [bodies.dynatrace('RESOLVED'), 'resolved'],
      [bodies.dynatrace('OPEN', 'Dynatrace problem notification test run'), 'resolved', 'test'],
    ],
  },
  rollbar: {
    first: { title: 'Totals are wrong', severity: 'high', environment: 'production', fingerprint: 'v1:rollbar:272' },
    starts: 2,
    steps: [
      [bodies.rollbar('new_item'), 'open'],
      [bodies.rollbar('exp_repeat_item'), 'open'],
      [bodies.rollbar('resolved_item'), 'resolved'],
      [bodies.rollbar('reopened_item'), 'resolved', 'open'],
      [bodies.rollbar('deploy'), 'resolved', 'open'],
      [{ event_name: 'test', data: { message: 'Hello' } }, 'resolved', 'open', 'test'],
    ],
  },
  elastic: {
    first: { title: 'Errors of the checkout: checkout', severity: 'high', fingerprint: 'v1:elastic:r1/checkout' },
    starts: 2,
    steps: [
      [bodies.elastic('query matched'), 'open'],
      [bodies.elastic('metrics.nodata'), 'open'],
      [bodies.elastic('recovered'), 'resolved'],
      [bodies.elastic('query matched'), 'resolved', 'open'],
    ],
  },
  honeycomb: {
    first: { title: 'Slow checkout', fingerprint: 'v1:honeycomb:trg1' },
    starts: 2,
    steps: [
      [bodies.honeycomb('TRIGGERED'), 'open'],
      [bodies.honeycomb('OK'), 'resolved'],
      [bodies.honeycomb('TRIGGERED'), 'resolved', 'open'],
      [bodies.honeycomb('TRIGGERED', true), 'resolved', 'open', 'test'],
    ],
  },
  argo_cd: {
    first: {
      title: 'shop: Degraded, last operation Succeeded',
      service: 'shop',
      fingerprint: 'v1:argo_cd:argocd/shop',
    },
    starts: 2,
    steps: [
      [bodies.argo('Progressing', 'Running')],
      [bodies.argo('Degraded', 'Succeeded'), 'open'],
      [bodies.argo('Healthy', 'Succeeded'), 'resolved'],
      [bodies.argo('Healthy', 'Failed'), 'resolved', 'open'],
    ],
  },
  librenms: {
    first: { title: 'Device is down', severity: 'critical', service: 'sw1', fingerprint: 'v1:librenms:5' },
    starts: 2,
    steps: [
      [bodies.librenms(1), 'open'],
      [bodies.librenms(3), 'open'],
      [bodies.librenms(2), 'acknowledged'],
      [bodies.librenms(0), 'resolved'],
      [bodies.librenms(1), 'resolved', 'open'],
    ],
  },
  thousandeyes: {
    first: { title: 'Loss: Shop', severity: 'high', service: 'Shop', fingerprint: 'v1:thousandeyes:7' },
    starts: 1,
    steps: [
      [bodies.thousandEyes('ALERT_NOTIFICATION_TRIGGER'), 'open'],
      [bodies.thousandEyes('ALERT_NOTIFICATION_CLEAR'), 'resolved'],
      [bodies.thousandEyes('WEBHOOK_TEST'), 'resolved', 'test'],
    ],
  },
};

function named<Name extends string, Life>(names: Name[], life: Life): Record<Name, Life> {
  return Object.assign({}, ...names.map((name) => ({ [name]: life })));
}
