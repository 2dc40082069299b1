import type { Preset } from './preset.ts';

/** A webhook of a GitHub repository or organization, event `workflow_run`. */
export const githubActions: Preset = {
  source: 'GitHub documentation, webhook event workflow_run; octokit/webhooks, payload examples',
  shape: 'published',
  mapping: {
    title:
      '{{workflow_run.name}} of {{repository.full_name}}: {{workflow_run.conclusion}} on {{workflow_run.head_branch}}',
    message: ['workflow_run.display_title', 'workflow_run.head_commit.message'],
    // One branch of one workflow is one incident: its next success is the end.
    status: {
      // Other events of the hook, and its ping, are none of ours.
      path: ['{{action}}/{{workflow_run.conclusion}}', 'zen', 'ref'],
      firing: ['completed/failure', 'completed/timed_out', 'completed/startup_failure'],
      resolved: 'completed/success',
      ignored: '*',
    },
    fingerprint: '{{repository.full_name}}/{{workflow_run.workflow_id}}/{{workflow_run.head_branch}}',
    externalId: 'workflow_run.id',
    service: 'repository.name',
    occurredAt: ['workflow_run.updated_at', 'workflow_run.run_started_at'],
    labels: {
      repository: 'repository.full_name',
      branch: 'workflow_run.head_branch',
      event: 'workflow_run.event',
      sha: 'workflow_run.head_sha',
    },
    links: { run: 'workflow_run.html_url' },
  },
};
