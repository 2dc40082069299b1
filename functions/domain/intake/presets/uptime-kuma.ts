import type { Preset } from './preset.ts';

/** Uptime Kuma's notification type *Webhook*, preset *application/json*. */
export const uptimeKuma: Preset = {
  source: 'louislam/uptime-kuma, server/notification-providers/webhook.js and server/model/heartbeat.js',
  shape: 'published',
  mapping: {
    title: ['{{monitor.name}}: {{heartbeat.msg}}', 'msg'],
    message: 'msg',
    // 0 down, 1 up, 2 pending, 3 maintenance. Certificates and domains have no heartbeat; nor has the test button.
    status: {
      path: ['heartbeat.status', 'msg'],
      test: '*testing',
      ignored: ['2', '3'],
      resolved: '1',
      firing: ['0', '*certificate*', '*domain*'],
    },
    fingerprint: ['monitor.id', 'msg'],
    service: 'monitor.name',
    // In UTC; `localDateTime` is the one of the monitor's time zone.
    occurredAt: 'heartbeat.time',
    links: { monitor: 'monitor.url' },
    labels: { type: 'monitor.type', hostname: 'monitor.hostname' },
  },
};
