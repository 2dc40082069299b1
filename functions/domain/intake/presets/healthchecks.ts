import type { Preset } from './preset.ts';

/** Healthchecks: a webhook for each of down and up, with our template as its body. */
export const healthchecks: Preset = {
  source: 'healthchecks/healthchecks, templates/integrations/webhook: names of the placeholders',
  shape: 'template',
  mapping: {
    title: ['{{name}} is {{status}}', 'name'],
    message: ['body', 'desc'],
    severity: { path: 'severity' },
    status: {
      path: 'status',
      firing: ['down', 'fail'],
      resolved: 'up',
      ignored: ['new', 'paused', 'started', 'grace'],
      test: 'test',
    },
    fingerprint: ['code', 'uuid'],
    service: 'name',
    occurredAt: 'now',
    labels: { tags: 'tags' },
    links: { check: 'url' },
  },
};
