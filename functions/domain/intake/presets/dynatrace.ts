import type { Preset } from './preset.ts';

/** Dynatrace's problem notification *Custom integration*, with our payload. */
export const dynatrace: Preset = {
  source: 'Dynatrace documentation, placeholders of problem notifications',
  shape: 'template',
  mapping: {
    title: ['ProblemTitle', 'ProblemID'],
    message: ['ProblemDetailsText', 'ProblemDetails', 'ProblemImpact'],
    severity: {
      path: 'ProblemSeverity',
      values: {
        ...{ availability: 'critical', error: 'high', performance: 'medium', resource_contention: 'medium' },
        ...{ monitoring_unavailable: 'medium', custom_alert: 'medium', info: 'info' },
      },
    },
    // A test run has this title, and the state of a problem.
    status: {
      path: ['{{State}}{{ProblemStatus}}/{{ProblemTitle}}'],
      test: '*test run*',
      firing: 'open/*',
      resolved: ['resolved/*', 'closed/*'],
      ignored: 'merged/*',
    },
    fingerprint: ['PID', 'ProblemID'],
    externalId: 'ProblemID',
    service: 'ImpactedEntity',
    labels: { impact: 'ProblemImpact', tags: 'Tags' },
    links: { problem: 'ProblemURL' },
  },
};
