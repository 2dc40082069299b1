import type { Preset } from './preset.ts';

/** LibreNMS's transport *API*, POST, with our body. */
export const librenms: Preset = {
  source: 'LibreNMS documentation, transport API and template syntax; LibreNMS/Alert: states 0 to 4',
  shape: 'template',
  mapping: {
    title: ['title', '{{name}} on {{hostname}}'],
    message: ['msg', 'description'],
    severity: { path: 'severity' },
    // 0 over, 1 alert, 2 acknowledged, 3 worse, 4 better.
    status: {
      path: ['state', 'alert_state'],
      firing: ['1', 'alert', 'alerting'],
      resolved: ['0', 'ok', 'recovered'],
      acknowledged: ['2', 'acknowledged'],
      update: ['3', '4', '5', 'worse', 'better', 'changed'],
      test: 'test',
    },
    fingerprint: ['alert_id', 'id', '{{rule}}/{{hostname}}'],
    service: ['sysName', 'hostname'],
    labels: { hostname: 'hostname', rule: ['rule', 'name'], location: 'location', os: 'os' },
    links: { device: 'url' },
  },
};
