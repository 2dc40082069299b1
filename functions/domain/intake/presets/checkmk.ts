import type { Preset } from './preset.ts';

/** Checkmk, Nagios and Icinga: one set of notification types, whose script everybody writes alike. */
export const checkmk: Preset = {
  source: 'keephq/keep, providers/checkmk: script of the notification; types of Nagios, Icinga 1 and 2',
  shape: 'template',
  mapping: {
    title: ['summary', '{{service}}{{service_description}} on {{host}}{{host_name}} is {{state}}{{status}}'],
    message: ['output', 'long_output', 'check_output'],
    severity: {
      path: ['severity', 'event', 'state', 'status'],
      values: {
        ...{ crit: 'critical', critical: 'critical', down: 'critical', unreachable: 'critical' },
        ...{ warn: 'medium', warning: 'medium', unknown: 'medium', unkn: 'medium', ok: 'info', up: 'info' },
      },
    },
    status: {
      path: ['notification_type', 'NOTIFICATIONTYPE', 'type'],
      acknowledged: 'acknowledgement*',
      unacknowledged: 'acknowledgementcleared*',
      resolved: 'recovery*',
      ignored: ['flapping*', 'downtime*', 'alerthandler*'],
      update: 'custom*',
      test: 'test*',
      firing: 'problem*',
    },
    fingerprint: [
      '{{site}}/{{host}}{{host_name}}{{HOSTNAME}}/{{service}}{{service_description}}{{SERVICEDESC}}{{service_desc}}',
    ],
    service: ['host', 'host_name', 'HOSTNAME'],
    labels: {
      host: ['host', 'host_name', 'HOSTNAME'],
      service: ['service', 'service_description', 'service_desc', 'SERVICEDESC'],
      site: 'site',
      what: 'what',
    },
    links: { monitoring: 'url' },
  },
};
