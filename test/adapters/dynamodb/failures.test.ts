import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { createAlertQueries } from '../../../functions/adapters/dynamodb/alert-queries.ts';
import { createAlertStore } from '../../../functions/adapters/dynamodb/alert-store.ts';
import { createBudgets } from '../../../functions/adapters/dynamodb/budget-store.ts';
import { createCreationClaims } from '../../../functions/adapters/dynamodb/creation-claims.ts';
import { createDecisionStore } from '../../../functions/adapters/dynamodb/decision-store.ts';
import { createDeliveryMemory } from '../../../functions/adapters/dynamodb/delivery-memory.ts';
import { createIncidentJobs } from '../../../functions/adapters/dynamodb/incident-jobs.ts';
import { createIntegrationStore } from '../../../functions/adapters/dynamodb/integration-store.ts';
import { createJobStore } from '../../../functions/adapters/dynamodb/job-store.ts';
import { createLedger } from '../../../functions/adapters/dynamodb/ledger-store.ts';
import { createSwitchStore } from '../../../functions/adapters/dynamodb/pause-switch-store.ts';
import { createRelayStore } from '../../../functions/adapters/dynamodb/relay-store.ts';
import { createResponderStore } from '../../../functions/adapters/dynamodb/responder-store.ts';
import { createRuleStore } from '../../../functions/adapters/dynamodb/rule-store.ts';
import { createSlots } from '../../../functions/adapters/dynamodb/slot-store.ts';
import { createStormStore } from '../../../functions/adapters/dynamodb/storm-store.ts';
import { connectTable } from '../../../functions/adapters/dynamodb/table.ts';
import { createTitleClaims } from '../../../functions/adapters/dynamodb/title-claims.ts';
import { createWebhookStore } from '../../../functions/adapters/dynamodb/webhook-store.ts';
import { createWindowStore } from '../../../functions/adapters/dynamodb/window-store.ts';
import { noSlots } from '../../../functions/domain/decision/slots.ts';
import { emptyWindow } from '../../../functions/domain/storm/storm-window.ts';
import { sampleAlert, sampleRule } from '../../support/fakes/alert-samples.ts';
import { sampleWebhook } from '../../support/fakes/intake.ts';
import { sampleIntegration, sampleRelay } from '../../support/fakes/management.ts';
import { sampleCollected, sampleJob, sampleRef } from '../../support/fakes/samples.ts';

class Throttled extends Error {
  override name = 'ThrottlingException';
}

const client = new DynamoDBClient({ region: 'eu-central-1' });
client.middlewareStack.add(
  () => async () => {
    throw new Throttled();
  },
  { step: 'initialize', name: 'throttled' },
);
const table = connectTable('relay', client);

const at = '2027-03-01T12:00:00.000Z';
const day = '2027-03-01';
const decision = {
  ...{ alertId: 'alr_1', ruleId: 'rul_1', relayId: 'rly_1', reason: 'storm_held' as const, sentence: 'Held.' },
  ...{ lastAt: at, lastDeliveryId: 'dlv_1' },
};
const first = {
  ...{
    alert: sampleAlert(),
    isStored: false,
    decisions: [decision],
    entry: 'firing',
    routedAt: '2027-03-01T12:00:00.000Z',
  },
};
const claim = { jobId: 'job_1', alertId: 'alr_1', at, until: at };
const storm = {
  ...{ id: 'stm_1', relayId: 'rly_1', ruleId: 'rul_1', ruleName: 'r', phase: 'holding' as const },
  ...{ firstAlertId: 'alr_1', createdAt: at },
};
const responder = {
  ...{ id: 'rsp_1', alertId: 'alr_1', userId: 'u', type: 'ai_agent' as const, status: 'on_it' as const },
  joinedAt: at,
};
const [alerts, queries, jobs] = [createAlertStore(table), createAlertQueries(table), createJobStore(table)];
const [storms, budgets, ledger] = [createStormStore(table), createBudgets(table), createLedger(table)];
const [relays, rules, integrations] = [createRelayStore(table), createRuleStore(table), createIntegrationStore(table)];
const [decisions, webhooks, claims] = [
  createDecisionStore(table),
  createWebhookStore(table),
  createCreationClaims(table),
];

/** A write that is not waited for would be answered as made; a read that swallows its error, as nothing there. */
const calls: [call: string, call: () => Promise<unknown>][] = [
  ['alerts.create', () => alerts.create(sampleAlert())],
  ['alerts.get', () => alerts.get('alr_1')],
  ['alerts.find', () => alerts.find('alr_1', 'rly_1', 'v1:a')],
  ['alerts.latestOf', () => alerts.latestOf('rly_1', 'v1:a')],
  ['alerts.markRouted', () => alerts.markRouted('alr_1', at)],
  ['alerts.acknowledge', () => alerts.acknowledge('alr_1', at, 'u')],
  ['alerts.sayAcknowledged', () => alerts.sayAcknowledged('alr_1', true, at, at)],
  ['alerts.resolve', () => alerts.resolve('alr_1', at, 'generic')],
  ['alerts.updateContent', () => alerts.updateContent('alr_1', sampleAlert())],
  ['alerts.takeBackAcknowledgement', () => queries.takeBackAcknowledgement('alr_1', at, at)],
  ['alerts.resolveByUser', () => queries.resolveByUser('alr_1', at, 'u')],
  ['alerts.assign', () => queries.assign('alr_1', at, 'u')],
  ['budgets.take', () => budgets.take({ scope: 'stack', maxSessions: 1, maxCostUsd: undefined }, day, 'job_1')],
  ['budgets.giveBack', () => budgets.giveBack('stack', day, 'job_1')],
  ['budgets.spend', () => budgets.spend('stack', day, 'job_1', 1)],
  ['claims.claim', () => claims.claim('relay', 'rly_1', new Date(at))],
  ['claims.renew', () => claims.renew('relay', 'rly_0', 'rly_1', new Date(at))],
  ['decisions.recordedReasons', () => decisions.recordedReasons('alr_1', 'dlv_1', 'firing')],
  ['decisions.recordFirst', () => decisions.recordFirst(first)],
  ['decisions.record', () => decisions.record(decision, 'firing')],
  ['decisions.move', () => decisions.move({ ...decision, from: 'paused', day })],
  ['decisions.listByAlert', () => decisions.listByAlert('alr_1')],
  ['memory.has', () => createDeliveryMemory(table).has('dlv_1')],
  ['memory.remember', () => createDeliveryMemory(table).remember('dlv_1', new Date(at))],
  ['incidentJobs.last', () => createIncidentJobs(table).last('rul_1', 'v1:a')],
  ['jobs.createWithAlert', () => jobs.createWithAlert(sampleJob(), sampleAlert())],
  ['integrations.create', () => integrations.create(sampleIntegration())],
  ['integrations.update', () => integrations.update(sampleIntegration(), { updatedAt: at })],
  ['integrations.markDeleted', () => integrations.markDeleted('int_1', at)],
  ['integrations.list', () => integrations.list()],
  ['jobs.createOrGet', () => jobs.createOrGet(sampleJob())],
  ['jobs.list', () => jobs.list(['job_1'])],
  ['jobs.markStarted', () => jobs.markStarted('job_1', 'arn', at)],
  ['jobs.recordSession', () => jobs.recordSession('job_1', sampleRef())],
  ['jobs.markPrompted', () => jobs.markPrompted('job_1', at)],
  ['jobs.finish', () => jobs.finish('job_1', sampleCollected(), at)],
  ['ledger.accepted', () => ledger.accepted({ relayId: 'r', day, deliveryId: 'd', entries: 1, decisions: 1 })],
  ['ledger.decided', () => ledger.decided({ relayId: 'r', day, deliveryId: 'd', entries: 1, reasons: {} })],
  ['ledger.moved', () => ledger.moved({ relayId: 'r', day, id: 'm', reasons: { paused: -1, started: 1 } })],
  ['ledger.day', () => ledger.day('r', day)],
  ['switch.read', () => createSwitchStore(table).read()],
  ['switch.write', () => createSwitchStore(table).write('starts', { paused: true, by: 'u', at })],
  ['relays.create', () => relays.create(sampleRelay(), sampleWebhook())],
  ['relays.update', () => relays.update(sampleRelay(), { updatedAt: at })],
  ['relays.markDeleted', () => relays.markDeleted('rly_1', at)],
  ['relays.list', () => relays.list()],
  ['responders.join', () => createResponderStore(table).join(responder)],
  ['rules.create', () => rules.create(sampleRule())],
  ['rules.update', () => rules.update(sampleRule())],
  ['rules.listByRelay', () => rules.listByRelay('rly_1')],
  ['slots.read', () => createSlots(table).read('int_1')],
  ['slots.write', () => createSlots(table).write('int_1', noSlots, 0)],
  ['storms.createOrGet', () => storms.createOrGet(storm)],
  ['storms.markStarted', () => storms.markStarted('stm_1', 'arn', at)],
  ['storms.change', () => storms.change('stm_1', { phase: 'released' }, ['holding'])],
  ['storms.addHeld', () => storms.addHeld('stm_1', 'h', [{ alertId: 'alr_1', severity: 'high', at }])],
  ['storms.listHeld', () => storms.listHeld('stm_1')],
  ['titles.holder', () => createTitleClaims(table).holder('rly_1', 't')],
  ['titles.claim', () => createTitleClaims(table).claim('rly_1', 't', claim, undefined)],
  ['webhooks.create', () => webhooks.create(sampleWebhook())],
  ['webhooks.update', () => webhooks.update(sampleWebhook(), sampleWebhook())],
  ['webhooks.findByKey', () => webhooks.findByKey('key-1')],
  ['windows.read', () => createWindowStore(table).read('rul_1')],
  ['windows.write', () => createWindowStore(table).write('rul_1', emptyWindow, 0)],
];
test.each(calls)('%s passes on that the table throttles', async (_, call) => {
  await expect(call()).rejects.toThrow(Throttled);
});
