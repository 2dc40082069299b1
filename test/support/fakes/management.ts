import { memoryStores, newMemoryWorld } from '../../../functions/adapters/memory/stores.ts';
import type { Ids } from '../../../functions/api/manage/ids.ts';
import { createRoutes } from '../../../functions/api/manage/routes.ts';
import type { Access } from '../../../functions/contract/api-tokens.ts';
import type { ReportStatus } from '../../../functions/contract/report.ts';
import type { Alert } from '../../../functions/domain/alert/alert.ts';
import type { Decision } from '../../../functions/domain/decision/decision.ts';
import type { Job } from '../../../functions/domain/job/job.ts';
import type { Credentials, Integration } from '../../../functions/domain/rule/integration.ts';
import type { Relay } from '../../../functions/domain/rule/relay.ts';
import type { Rule } from '../../../functions/domain/rule/rule.ts';
import type { CallRecord } from '../../../functions/domain/webhook/call-record.ts';
import type { Webhook } from '../../../functions/domain/webhook/webhook.ts';
import type {
  ApiTokens,
  CredentialsWriter,
  IntegrationStore,
  RelayStore,
  RuleStore,
} from '../../../functions/ports.ts';
import { fakeAgents } from './agents.ts';
import { fakeDesk, fakeResponders } from './alerts.ts';
import { fakeClaims } from './claims.ts';
import { fakeClock } from './clock.ts';
import { fakeGuards } from './guards.ts';
import { late } from './late.ts';
import { fakeLooks } from './looks.ts';
import { fakeWebhookSecrets } from './webhook-secrets.ts';
import { fakeWebhooks } from './webhooks.ts';

/** `rly_new1`, `int_new2` … in the order of asking. */
function countingIds(): Ids {
  let count = 0;
  return { random: (prefix) => `${prefix}_new${++count}`, webhookKey: () => `key-${++count}` };
}

function fakeRelays(...stored: Relay[]): RelayStore & { relays: Map<string, Relay>; webhooks: Webhook[] } {
  const relays = new Map(stored.map((relay) => [relay.id, relay]));
  const webhooks: Webhook[] = [];
  return late({
    relays,
    webhooks,
    async create(relay, webhook) {
      const existing = relays.get(relay.id);
      if (existing && existing.deletedAt === undefined) return { relay: existing, created: false };
      relays.set(relay.id, relay);
      webhooks.push(webhook);
      return { relay, created: true };
    },
    async update(relay, before) {
      if (relays.get(relay.id)?.updatedAt !== before.updatedAt) return false;
      relays.set(relay.id, relay);
      return true;
    },
    markDeleted: async (id, deletedAt) => {
      const relay = relays.get(id);
      if (relay) relays.set(id, { ...relay, deletedAt });
    },
    get: async (id, { deleted } = { deleted: false }) =>
      [relays.get(id)].find((relay) => deleted || relay?.deletedAt === undefined),
    list: async () => [...relays.values()].filter(({ deletedAt }) => deletedAt === undefined),
  });
}

function fakeRules(...stored: Rule[]): RuleStore & { rules: Map<string, Rule> } {
  const rules = new Map(stored.map((rule) => [rule.id, rule]));
  return late({
    rules,
    async create(rule) {
      if (rules.has(rule.id)) return false;
      rules.set(rule.id, rule);
      return true;
    },
    async update(rule) {
      if (rules.get(rule.id)?.version !== rule.version - 1) return false;
      rules.set(rule.id, rule);
      return true;
    },
    get: async (relayId, id) => [rules.get(id)].find((rule) => rule?.relayId === relayId),
    listByRelay: async (relayId) =>
      [...rules.values()].filter((rule) => rule.relayId === relayId && rule.deletedAt === undefined),
  });
}

function fakeIntegrations(...stored: Integration[]): IntegrationStore & { rows: Map<string, Integration> } {
  const rows = new Map(stored.map((integration) => [integration.id, integration]));
  return late({
    rows,
    async create(integration) {
      if (rows.has(integration.id)) return false;
      rows.set(integration.id, integration);
      return true;
    },
    async update(integration, before) {
      if (rows.get(integration.id)?.updatedAt !== before.updatedAt) return false;
      rows.set(integration.id, integration);
      return true;
    },
    async bindFirst(id, origin) {
      const row = rows.get(id);
      if (!row) return undefined;
      const binding = row.binding ?? { origins: [origin], from: 'first_rule' as const };
      rows.set(id, { ...row, binding });
      return binding;
    },
    markDeleted: async (id) => void rows.delete(id),
    get: async (id) => rows.get(id),
    list: async () => [...rows.values()],
  });
}

function fakeCredentials(): CredentialsWriter & { secrets: Map<string, Credentials>; headers: Map<string, string> } {
  const secrets = new Map<string, Credentials>();
  const headers = new Map<string, string>();
  return late({
    secrets,
    headers,
    async write(id, credentials, { values, dropped } = { values: {}, dropped: [] }) {
      secrets.set(id, credentials);
      for (const [name, value] of Object.entries(values)) if (value !== null) headers.set(`${id} ${name}`, value);
      for (const name of dropped) headers.delete(`${id} ${name}`);
    },
    async remove(id, names = []) {
      secrets.delete(id);
      for (const name of names) headers.delete(`${id} ${name}`);
    },
  });
}

export const fullAccess: Access = { role: 'admin', relayId: null };

/** The tokens `admin-token` of admin and `ci-token` of ci. */
export const fakeTokens: ApiTokens = late({
  holderOf: async (token) => {
    const name = { 'admin-token': 'admin', 'ci-token': 'ci' }[token];
    return name === undefined ? undefined : { name, ...fullAccess };
  },
});

export const sampleIntegration = (changes: Partial<Integration> = {}): Integration => ({
  id: 'int_1',
  name: 'OpenCode',
  provider: 'opencode',
  metadata: {},
  createdBy: 'admin',
  createdAt: '2027-03-01T11:00:00.000Z',
  updatedAt: '2027-03-01T11:00:00.000Z',
  ...changes,
});

export const sampleRelay = (changes: Partial<Relay> = {}): Relay => ({
  id: 'rly_1',
  name: 'Checkout',
  description: '',
  repeatPolicy: 'none',
  createdBy: 'admin',
  createdAt: '2027-03-01T11:00:00.000Z',
  updatedAt: '2027-03-01T11:00:00.000Z',
  ...changes,
});

/** What routing keeps and sends, in memory: nothing is there yet. */
export function fakeRouting() {
  const { windows, storms, titles, incidentJobs, budgets, ledger, ...rest } = memoryStores();
  const stormStops: string[] = [];
  return {
    windows: late(windows),
    storms: late(storms),
    titles: late(titles),
    incidentJobs: late(incidentJobs),
    budgets: late(budgets),
    stackBudget: {},
    budgetUse: late({ read: async () => ({ sessions: 0, costUsd: 0 }) }),
    ledger: late(ledger),
    ledgerDays: late({ list: async () => [] }),
    paused: late({ list: async () => ({ decisions: [], more: false }) }),
    stormExecutions: late({ start: async (name: string) => `arn:storms:${name}` }),
    stormStopper: late({ stop: async (name: string) => stormStops.push(name) > 0 }),
    webhookCalls: late({ send: async () => {} }),
    switch: late(rest.switch),
    catalogue: late(rest.catalogue),
    guards: fakeGuards().store,
  };
}

/** The whole management API over ports in memory, with a relay `rly_1` and an integration `int_1` in it. */
export function fakeManagement(
  given: { alerts?: Alert[]; decisions?: Decision[]; jobs?: Job[]; storedRules?: Rule[]; calls?: CallRecord[] } = {},
) {
  const { alerts = [], decisions = [], jobs = [], storedRules = [], calls = [] } = given;
  const relays = fakeRelays(sampleRelay());
  const rules = fakeRules(...storedRules);
  const agents = fakeAgents({ jobs, decisions });
  const integrations = fakeIntegrations(sampleIntegration());
  const credentials = fakeCredentials();
  const clock = fakeClock();
  const deps = {
    relays,
    webhooks: fakeWebhooks(relays.webhooks),
    webhookSecrets: fakeWebhookSecrets(),
    claims: fakeClaims(),
    rules,
    integrations,
    credentials,
    clock,
    ids: countingIds(),
    ...fakeLooks(alerts),
    alerts: fakeDesk(...alerts),
    responders: fakeResponders(),
    calls: late({ listByAlert: async (alertId: string) => calls.filter((call) => call.alertId === alertId) }),
    members: late({
      holders: async () => ['admin', 'ci', 'alice@example.com'].map((name) => ({ name, ...fullAccess })),
    }),
    ...agents.ports,
    ...fakeRouting(),
    newWorld: newMemoryWorld,
    erasedRows: late({
      eraseAlert: async () => {},
      eraseDecisions: async () => {},
      eraseJob: async () => {},
      eraseStorm: async () => {},
    }),
    erasedResults: late({ erase: async () => {} }),
    reportMaker: late({ make: async (): Promise<ReportStatus> => 'written' }),
  };
  return { ...deps, deps, agents, stopped: agents.stopped, routes: createRoutes(deps) };
}
