import type { Preset } from './preset.ts';

/** Argo CD notifications, service webhook, with our template for its triggers. */
export const argoCd: Preset = {
  source: 'Argo CD documentation, notifications catalog: triggers, health and phases',
  shape: 'template',
  mapping: {
    title: '{{app}}: {{health}}, last operation {{phase}}',
    message: 'message',
    // An operation that failed or a health that degraded begins it; healthy again ends it.
    status: {
      path: '{{health}}/{{phase}}',
      firing: ['degraded/*', 'missing/*', '*/failed', '*/error', 'unknown/*'],
      resolved: 'healthy/succeeded',
      ignored: ['progressing/*', 'suspended/*', 'healthy/*'],
    },
    fingerprint: '{{namespace}}/{{app}}',
    service: 'app',
    environment: 'cluster',
    occurredAt: ['finished_at', 'started_at'],
    labels: { project: 'project', sync: 'sync', revision: 'revision', namespace: 'namespace' },
    links: { app: 'url' },
  },
};
