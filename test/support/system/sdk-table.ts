import type { BeepsClient } from '@beepsdev/sdk';
import { expect } from 'vitest';
import type { SdkWorld } from './sdk-world.ts';

type Prepare<Args> = (world: SdkWorld) => Promise<{ args: Args; gives: unknown }>;

/** One row for each call of a resource that has no `Safe` in its name: its twin is made from the same row. */
type Rows<Resource> = {
  [Name in keyof Resource as Name extends `${string}Safe`
    ? never
    : Resource[Name] extends (...args: never[]) => unknown
      ? Name
      : never]: Resource[Name] extends (...args: infer Args) => unknown ? Prepare<Args> : never;
};

const like = (fields: Record<string, unknown>): unknown => expect.objectContaining(fields);
const among = (some: unknown[]): unknown => expect.arrayContaining(some);
const text: unknown = expect.any(String);
const deleted = { success: true };
const masked = '***';

const integration: Rows<BeepsClient['integration']> = {
  create: async ({ name }) => {
    const input = { name: name(), provider: 'opencode' as const, apiKey: 'secret', metadata: { username: 'alice' } };
    return { args: [input], gives: like({ ...input, apiKey: masked, createdBy: 'admin', id: text }) };
  },
  list: async (world) => ({ args: [], gives: among([await world.integration()]) }),
  get: async (world) => {
    const made = await world.integration();
    return { args: [made.id], gives: made };
  },
  update: async (world) => {
    const made = await world.integration();
    const change = { name: world.name(), apiKey: 'rotated' };
    return { args: [made.id, change], gives: { ...made, name: change.name, updatedAt: text } };
  },
  delete: async (world) => ({ args: [(await world.integration()).id], gives: deleted }),
};

const relay: Rows<BeepsClient['relay']> = {
  create: async ({ name }) => {
    const input = { name: name(), description: 'by the SDK', externalKey: name() };
    return { args: [input], gives: like({ ...input, repeatPolicy: 'none', organizationId: 'org_default' }) };
  },
  list: async (world) => ({ args: [], gives: among([await world.relay()]) }),
  lint: async (world) => {
    const { id } = await world.relay();
    return { args: [id], gives: { issues: among([like({ severity: 'warning', code: 'relay.no_rules' })]) } };
  },
  simulate: async (world) => {
    const { relayId, id } = await world.rule();
    const input = { simulateAt: '2027-03-01T12:00:00.000Z', alert: { title: 'Totals are wrong' } };
    const groups = [{ groupName: 'default', steps: [like({ ruleId: id, wouldStart: true })] }];
    return { args: [relayId, input], gives: like({ relayId, simulateAt: input.simulateAt, groups }) };
  },
};

const rules: Rows<BeepsClient['relay']['rules']> = {
  create: async (world) => {
    const [{ id: relayId }, input] = [await world.relay(), await world.ruleInput()];
    return { args: [relayId, input], gives: like({ ...input, relayId, group: 'default', order: 0, enabled: true }) };
  },
  list: async (world) => {
    const made = await world.rule();
    return { args: [made.relayId, { enabled: true, ruleType: 'agent' }], gives: [made] };
  },
  get: async (world) => {
    const made = await world.rule();
    return { args: [made.relayId, made.id], gives: made };
  },
  update: async (world) => {
    const made = await world.rule();
    const change = { enabled: false, order: 7 };
    return { args: [made.relayId, made.id, change], gives: { ...made, ...change, updatedAt: text } };
  },
  delete: async (world) => {
    const made = await world.rule();
    return { args: [made.relayId, made.id], gives: deleted };
  },
  reorder: async (world) => {
    const first = await world.rule();
    const second = await world.client.relay.rules.create(first.relayId, await world.ruleInput());
    const orders = [
      { id: second.id, order: 1 },
      { id: first.id, order: 2 },
    ];
    return { args: [first.relayId, { rules: orders }], gives: orders.map((each) => like(each)) };
  },
};

const webhook: Rows<BeepsClient['webhook']> = {
  listByRelay: async (world) => {
    const { relayId, id } = await world.webhook();
    return { args: [relayId], gives: [like({ id, relayId, enabled: true, webhookKey: text })] };
  },
  setProvider: async (world) => {
    const { relayId, id } = await world.webhook();
    return { args: [relayId, id, 'prometheus'], gives: like({ id, relayId, provider: 'prometheus' }) };
  },
};

const alert: Rows<BeepsClient['alert']> = {
  list: async (world) => ({ args: [], gives: among([await world.alert()]) }),
  listActive: async (world) => ({ args: [], gives: among([await world.alert()]) }),
  listResolved: async (world) => {
    const { id } = await world.alert();
    return { args: [], gives: among([await world.client.alert.resolve(id)]) };
  },
  get: async (world) => {
    const fired = await world.alert();
    return { args: [fired.id], gives: fired };
  },
  listResponders: async (world) => {
    const { id } = await world.alert();
    return { args: [id], gives: [await world.client.alert.onIt(id)] };
  },
  listAgents: async ({ client, finished }) => ({
    args: [finished.alert.id],
    gives: [await client.agentJob.get(finished.jobId)],
  }),
  listNotifications: async (world) => ({ args: [(await world.alert()).id], gives: [] }),
  getFixContext: async ({ client, finished }) => {
    const jobs = [await client.agentJob.get(finished.jobId)];
    const summary = like({ hasHumanResponder: false, hasAgentResponder: false, resolved: false });
    const nextActions = among([text]);
    const gives = { alert: like({ id: finished.alert.id }), responders: [], jobs, summary, nextActions };
    return { args: [finished.alert.id], gives };
  },
  onIt: async (world) => {
    const { id } = await world.alert();
    const gives = like({ alertId: id, responderType: 'user', userId: 'admin', status: 'on_it' });
    return { args: [id, { userId: 'admin' }], gives };
  },
  updateResponderStatus: async (world) => {
    const responder = await world.client.alert.onIt((await world.alert()).id);
    const change = { status: 'done' as const, prUrl: 'https://git.example.com/shop/pull/42' };
    const gives = { ...responder, ...change, completedAt: text };
    return { args: [responder.alertId, responder.id, change], gives };
  },
  acknowledge: async (world) => {
    const { id } = await world.alert();
    return { args: [id], gives: like({ id, acknowledgedBy: 'admin', acknowledgedAt: text }) };
  },
  resolve: async (world) => {
    const { id } = await world.alert();
    return { args: [id], gives: like({ id, resolvedBy: 'user', resolvedByUserId: 'admin' }) };
  },
  assign: async (world) => {
    const { id } = await world.alert();
    return { args: [id, 'admin'], gives: like({ id, assignedToUserId: 'admin' }) };
  },
};

const agentJob: Rows<BeepsClient['agentJob']> = {
  list: async ({ finished }) => ({ args: [], gives: [like({ id: finished.jobId, status: 'failed' })] }),
  get: async ({ finished: { jobId, alert, rule, executionArn } }) => {
    const gives = like({ id: jobId, alertId: alert.id, stepId: rule.id, executionId: executionArn, status: 'failed' });
    return { args: [jobId], gives };
  },
  getStatus: async ({ finished: { jobId, executionArn } }) => {
    const gives = like({ status: 'failed', outcome: 'server_unreachable', executionArn, patch: null });
    return { args: [jobId], gives };
  },
};

const member: Rows<BeepsClient['member']> = {
  list: async () => ({ args: [], gives: [like({ userId: 'admin', role: 'admin' })] }),
};

/** Of the rest of these resources nothing can be made: sdk.test.ts has what that answers. */
const schedule: Pick<Rows<BeepsClient['schedule']>, 'list'> = { list: async () => ({ args: [], gives: [] }) };
const contactMethod: Pick<Rows<BeepsClient['contactMethod']>, 'list'> = {
  list: async () => ({ args: [{ userId: 'admin' }], gives: [] }),
};

const table = { integration, relay, 'relay.rules': rules, webhook, alert, agentJob, member, schedule, contactMethod };

/** By the name of the call: `relay.rules.create`. */
export const sdkTable: ReadonlyMap<string, Prepare<unknown[]>> = new Map(
  Object.entries(table).flatMap(([resource, rows]) =>
    Object.entries(rows).map(([call, prepare]): [string, Prepare<unknown[]>] => [`${resource}.${call}`, prepare]),
  ),
);
