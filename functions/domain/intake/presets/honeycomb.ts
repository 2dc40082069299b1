import type { Preset } from './preset.ts';

/** Honeycomb's webhook recipient with its default payload: triggers and burn alerts. */
export const honeycomb: Preset = {
  source: 'Honeycomb documentation, webhooks: default payload of triggers',
  shape: 'published',
  mapping: {
    title: ['name', 'summary'],
    message: ['summary', 'trigger_description', 'description'],
    status: {
      path: ['{{status}}/{{is_test}}{{isTest}}'],
      test: '*/true',
      firing: ['triggered/*', 'firing/*'],
      resolved: ['ok/*', 'resolved/*'],
    },
    fingerprint: ['alert.instance_id', 'id', 'trigger_url'],
    service: ['dataset', 'dataset_name'],
    environment: 'environment',
    labels: { operator: 'operator', threshold: 'threshold' },
    links: { trigger: 'trigger_url', result: 'result_url' },
  },
};
