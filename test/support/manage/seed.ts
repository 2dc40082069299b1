import { createAlertStore } from '../../../functions/adapters/dynamodb/alert-store.ts';
import { createCatalogueStore } from '../../../functions/adapters/dynamodb/catalogue-store.ts';
import { createDecisionStore } from '../../../functions/adapters/dynamodb/decision-store.ts';
import { createIntegrationStore } from '../../../functions/adapters/dynamodb/integration-store.ts';
import { createJobStore } from '../../../functions/adapters/dynamodb/job-store.ts';
import { createRelayStore } from '../../../functions/adapters/dynamodb/relay-store.ts';
import { createResponderStore } from '../../../functions/adapters/dynamodb/responder-store.ts';
import { createRuleStore } from '../../../functions/adapters/dynamodb/rule-store.ts';
import type { Table } from '../../../functions/adapters/dynamodb/table.ts';
import { createWebhookStore } from '../../../functions/adapters/dynamodb/webhook-store.ts';
import { exampleIds } from '../../../functions/api/manage/examples.ts';
import type { Outcome } from '../../../functions/contract/outcomes.ts';
import type { Rule } from '../../../functions/domain/rule/rule.ts';
import { sampleAlert } from '../fakes/alert-samples.ts';
import { sampleCatalogue, serviceEntry } from '../fakes/catalogues.ts';
import { sampleRelay } from '../fakes/management.ts';
import { executionArn, sampleCollected, sampleExecution, sampleJob, sampleRef } from '../fakes/samples.ts';

const { relayId, webhookId, integrationId, ruleId, alertId, jobId, responderId } = exampleIds;
const at = '2027-03-01T11:00:00.000Z';

const config = { agentType: 'opencode', integrationId, endpoint: 'https://opencode.internal.corp:4096' };
const exampleRule: Rule = {
  id: ruleId,
  relayId,
  name: 'OpenCode investigation',
  group: 'default',
  order: 0,
  delayMinutes: 0,
  ruleType: 'agent',
  configJson: JSON.stringify(config),
  enabled: true,
  version: 1,
  createdBy: 'admin',
  updatedBy: 'admin',
  createdAt: at,
  updatedAt: at,
};

/** Stores one of each resource, under the ids that the examples of the OpenAPI document name. */
export async function seedExamples(
  table: Table,
  { jobEnded, ruled, failed, closed }: { jobEnded: boolean; ruled: boolean; failed: boolean; closed: boolean },
): Promise<void> {
  const webhook = { relayId, provider: null, enabled: true, createdAt: at, updatedAt: at };
  const relay = sampleRelay({ id: relayId });
  await createRelayStore(table).create(relay, { ...webhook, id: 'wh_first', webhookKey: 'first-key' });
  await createWebhookStore(table).create({ ...webhook, id: webhookId, webhookKey: 'example-key' });
  await createIntegrationStore(table).create({
    id: integrationId,
    name: 'OpenCode',
    provider: 'opencode',
    metadata: { username: 'opencode' },
    createdBy: 'admin',
    createdAt: at,
    updatedAt: at,
  });
  await createCatalogueStore(table).put('catalogue', sampleCatalogue([serviceEntry('search')]));
  if (ruled) await createRuleStore(table).create(exampleRule);
  await createAlertStore(table).create(sampleAlert({ id: alertId, relayId }));
  await createResponderStore(table).join({ id: responderId, alertId, userId: 'ci', status: 'on_it', joinedAt: at });
  await createJobStore(table).createOrGet(exampleJob(jobEnded, failed ? 'server_unreachable' : 'diff_ready'));
  const decisions = createDecisionStore(table);
  const started = { alertId, relayId, ruleId, reason: 'started' as const, sentence: 'It began.', jobId };
  if (failed || closed) await decisions.record({ ...started, lastAt: at, lastDeliveryId: 'dlv_1' }, 'firing');
  if (closed) return closeAlert(table);
  const paused = { alertId, relayId, ruleId, reason: 'paused' as const, sentence: 'All starts are paused.' };
  await decisions.record({ ...paused, lastAt: at, lastDeliveryId: 'dlv_1' }, 'firing');
}

/** Nothing of it is open. */
async function closeAlert(table: Table): Promise<void> {
  await createAlertStore(table).markRouted(alertId, at);
  await createAlertStore(table).resolve(alertId, at, 'prometheus');
  await createJobStore(table).markAudited(jobId, at);
}

function exampleJob(ended: boolean, outcome: Outcome) {
  const input = sampleExecution({ integrationId });
  const started = { id: jobId, input, alertId, relayId, ruleId, executionArn, startedAt: at, session: sampleRef() };
  if (!ended) return sampleJob(started);
  const result = {
    bucket: 'results',
    patch: `${jobId}/patch.diff`,
    answer: `${jobId}/answer.md`,
    manifest: `${jobId}/manifest.json`,
    patchSha256: 'a'.repeat(64),
    files: 1,
    additions: 2,
    deletions: 1,
    baseCommit: null,
  };
  return sampleJob({ ...started, finishedAt: at, collected: sampleCollected({ outcome, result }) });
}
