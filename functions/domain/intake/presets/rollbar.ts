import type { Preset } from './preset.ts';

/** Rollbar's webhook channel. */
export const rollbar: Preset = {
  source: 'Rollbar documentation, webhooks: payloads by event',
  shape: 'published',
  mapping: {
    title: ['data.item.title', 'data.deploy.comment', 'data.message', 'event_name'],
    message: ['data.occurrence.body.message.body', 'data.item.last_occurrence.body.trace.exception.message'],
    severity: {
      path: ['data.item.last_occurrence.level', 'data.occurrence.level', 'data.item.level'],
      values: { '50': 'critical', '40': 'high', '30': 'medium', '20': 'low', '10': 'info' },
    },
    status: {
      path: 'event_name',
      test: 'test',
      firing: ['new_item', 'reactivated_item', 'reopened_item'],
      update: ['exp_repeat_item', 'item_velocity', 'occurrence', 'updated_item'],
      resolved: ['resolved_item', 'muted_item'],
      ignored: ['deploy', 'ping'],
    },
    fingerprint: ['data.item.id', 'event_name'],
    service: ['data.item.last_occurrence.context', 'data.item.project_id'],
    environment: ['data.item.environment', 'data.item.last_occurrence.environment'],
    labels: { counter: 'data.item.counter', framework: 'data.item.last_occurrence.framework' },
    links: { item: 'data.item.public_url', url: 'data.url' },
  },
};
