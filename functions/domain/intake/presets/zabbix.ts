import type { Preset } from './preset.ts';

/** A media type of the kind webhook, with the parameters that the vendor's own media types have. */
export const zabbix: Preset = {
  source: 'zabbix/zabbix, templates/media: names and values of the parameters',
  shape: 'template',
  mapping: {
    title: ['event_name', 'alert_subject', 'trigger_name'],
    message: ['alert_message', 'event_opdata', 'trigger_description'],
    severity: {
      path: ['event_nseverity', 'event_severity', 'trigger_severity'],
      values: { '0': 'info', '1': 'info', '2': 'medium', '3': 'medium', '4': 'high', '5': 'critical' },
    },
    // The problem's value, whether it is an update, and what a person did in it.
    status: {
      path: '{{event_value}}/{{event_update_status}}/{{event_update_action}}',
      unacknowledged: '1/1/*unacknowledged*',
      acknowledged: '1/1/*acknowledged*',
      update: '1/1/*',
      resolved: ['0/*', 'resolved/*', 'ok/*'],
      firing: ['1/*', 'problem/*'],
      ignored: '/*',
    },
    fingerprint: '{{event_id}}',
    externalId: 'event_id',
    service: ['host_name', 'host_host'],
    labels: { host: ['host_name', 'host_host'], ip: 'host_ip', trigger: 'trigger_id', tags: 'event_tags' },
    links: { zabbix: ['zabbix_url', 'trigger_url'] },
  },
};
