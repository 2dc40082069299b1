import { AuthError, BeepsClient, NotFoundError, ValidationError } from '@beepsdev/sdk';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { createAlertQueries } from '../../../../functions/adapters/dynamodb/alert-queries.ts';
import { createAlertStore } from '../../../../functions/adapters/dynamodb/alert-store.ts';
import { createDecisionStore } from '../../../../functions/adapters/dynamodb/decision-store.ts';
import { createJobStore } from '../../../../functions/adapters/dynamodb/job-store.ts';
import { createResponderStore } from '../../../../functions/adapters/dynamodb/responder-store.ts';
import { manage } from '../../../../functions/api/manage/manage.ts';
import { createRoutes } from '../../../../functions/api/manage/routes.ts';
import type { Alert } from '../../../../functions/domain/alert/alert.ts';
import { api } from '../../../../functions/middleware/api.ts';
import type { AlertStore, JobStore } from '../../../../functions/ports.ts';
import { fetchFrom } from '../../../support/api-client.ts';
import { sampleAlert } from '../../../support/fakes/alert-samples.ts';
import { fakeManagement, fakeTokens } from '../../../support/fakes/management.ts';
import { sampleCollected, sampleExecution, sampleJob, sampleRef } from '../../../support/fakes/samples.ts';
import { startTable } from '../../../support/table.ts';

const pageSchema = z.object({ alerts: z.array(z.object({ id: z.string() })), nextCursor: z.string().nullable() });

/** The official SDK, unmodified, on chain, routes and use cases over a table. */
describe('alerts and members through the SDK', () => {
  let stop: () => Promise<void>;
  let fetchHandler: typeof fetch;
  let client: BeepsClient;
  let alerts: AlertStore;
  let jobs: JobStore;
  let decide: (alertId: string, jobId: string) => Promise<object>;
  let count = 0;
  const baseURL = 'http://127.0.0.1/v0';
  const connect = (accessToken: string) =>
    new BeepsClient({ accessToken, baseURL, fetch: fetchHandler, retries: { attempts: 0, backoffMs: 0 } });

  beforeAll(async () => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const { table, stop: stopTable } = await startTable();
    stop = stopTable;
    alerts = createAlertStore(table);
    jobs = createJobStore(table);
    const decisions = createDecisionStore(table);
    decide = (alertId, jobId) => {
      const decision = {
        alertId,
        relayId: 'rly_1',
        ruleId: 'rul_1',
        reason: 'started' as const,
        sentence: 'First time.',
      };
      const lastAt = '2027-03-01T12:00:00.000Z';
      return decisions.record({ ...decision, jobId, lastAt, lastDeliveryId: 'dlv_1' }, 'firing');
    };
    const routes = createRoutes({
      ...fakeManagement().deps,
      alerts: createAlertQueries(table),
      responders: createResponderStore(table),
      decisions,
      jobs,
    });
    fetchHandler = fetchFrom(api({ tokens: fakeTokens, run: manage(routes) }), routes);
    client = connect('admin-token');
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    await stop();
  });

  const stored = async (changes: Partial<Alert> = {}): Promise<string> => {
    const createdAt = new Date(Date.parse('2027-03-01T12:00:00.000Z') + 1_000 * count++).toISOString();
    const id = `alr_${count}`;
    await alerts.create(sampleAlert({ id, fingerprint: `v1:${id}`, createdAt, updatedAt: createdAt, ...changes }));
    return id;
  };
  const ids = (list: { id: string }[]) => list.map(({ id }) => id);

  test('list, listActive, listResolved, and pages beside them', async () => {
    const [one, two, three] = [await stored(), await stored(), await stored()];
    await alerts.resolve(two, '2027-03-01T13:00:00.000Z', 'alertmanager');
    expect(ids(await client.alert.list())).toEqual([three, two, one]);
    expect(ids(await client.alert.listActive())).toEqual([three, one]);
    expect(ids(await client.alert.listResolved())).toEqual([two]);
    expect(ids((await client.alert.listSafe()).data ?? [])).toEqual([three, two, one]);
    expect(ids((await client.alert.listActiveSafe()).data ?? [])).toEqual([three, one]);
    expect(ids((await client.alert.listResolvedSafe()).data ?? [])).toEqual([two]);
    const page = async (query: string) => {
      const headers = { authorization: 'Bearer admin-token' };
      const answer = await fetchHandler(`${baseURL}/alerts?${query}`, { headers });
      return pageSchema.parse(await answer.json());
    };
    const first = await page('limit=2');
    expect(ids(first.alerts)).toEqual([three, two]);
    expect(await page(`limit=2&cursor=${first.nextCursor}`)).toMatchObject({ alerts: [{ id: one }], nextCursor: null });
    await expect(page('limit=0')).rejects.toThrow('alerts');
  });

  test('get, acknowledge, assign, resolve', async () => {
    const id = await stored();
    expect(await client.alert.get(id)).toMatchObject({ id, acknowledgedAt: null, assignedToUserId: null });
    expect(await client.alert.acknowledge(id)).toMatchObject({ acknowledgedBy: 'admin' });
    expect(await client.alert.acknowledge(id, { userId: 'ci' })).toMatchObject({ acknowledgedBy: 'admin' });
    expect(await client.alert.assign(id, 'ci')).toMatchObject({ assignedToUserId: 'ci' });
    const resolved = await client.alert.resolve(id);
    expect(resolved).toMatchObject({ resolvedBy: 'user', resolvedByUserId: 'admin', resolvedByProvider: null });
    expect(await client.alert.resolve(id)).toEqual(resolved);
    expect((await client.alert.getSafe(id)).data).toEqual(resolved);
    expect((await client.alert.acknowledgeSafe(id)).data).toEqual(resolved);
    expect((await client.alert.assignSafe(id, 'ci')).data).toEqual(resolved);
    expect((await client.alert.resolveSafe(id)).data).toEqual(resolved);
  });

  test('onIt, listResponders, updateResponderStatus', async () => {
    const id = await stored();
    const responder = await client.alert.onIt(id);
    expect(responder).toMatchObject({ alertId: id, responderType: 'user', userId: 'admin', status: 'on_it' });
    expect((await client.alert.onItSafe(id, { userId: 'admin' })).data).toEqual(responder);
    expect(await client.alert.listResponders(id)).toEqual([responder]);
    expect((await client.alert.get(id)).acknowledgedBy).toBe('admin');
    const prUrl = 'https://git.example.com/shop/pull/1';
    const done = await client.alert.updateResponderStatus(id, responder.id, { status: 'done', prUrl });
    expect(done).toMatchObject({ status: 'done', prUrl, completedAt: expect.any(String) });
    const dropped = await client.alert.updateResponderStatusSafe(id, responder.id, { status: 'dropped' });
    expect(dropped.data).toMatchObject({ status: 'dropped' });
    expect((await client.alert.listRespondersSafe(id)).data).toEqual([dropped.data]);
    expect((await client.alert.get(id)).acknowledgedBy).toBeNull();
  });

  test('an agent from its session to its end, in listAgents, listResponders and getFixContext', async () => {
    const id = await stored();
    const input = { ...sampleExecution(), jobId: `job_of_${id}` };
    await jobs.createOrGet(sampleJob({ input, alertId: id }));
    await decide(id, input.jobId);
    expect(ids(await client.alert.listAgents(id))).toEqual([input.jobId]);
    expect(ids((await client.alert.listAgentsSafe(id)).data ?? [])).toEqual([input.jobId]);
    expect(await client.alert.listResponders(id)).toEqual([]);
    await jobs.recordSession(input.jobId, sampleRef());
    expect(await client.alert.listResponders(id)).toMatchObject([
      { responderType: 'agent', agentSessionId: 'ses_1', status: 'on_it' },
    ]);
    const { summary, jobs: listed } = await client.alert.getFixContext(id);
    expect(summary).toMatchObject({ hasAgentResponder: true, hasHumanResponder: false, acknowledged: false });
    expect(ids(listed)).toEqual([input.jobId]);
    await jobs.finish(input.jobId, sampleCollected({ outcome: 'blocked' }), '2027-03-01T12:05:00.000Z');
    expect(await client.alert.listResponders(id)).toMatchObject([{ status: 'dropped' }]);
    expect((await client.alert.getFixContextSafe(id)).data?.nextActions).toContainEqual(
      expect.stringContaining('blocked'),
    );
  });

  test('listNotifications and member.list', async () => {
    expect(await client.alert.listNotifications(await stored())).toEqual([]);
    const members = await client.member.list();
    expect(members).toContainEqual({
      userId: 'ci',
      organizationId: 'org_default',
      role: 'admin',
      email: 'ci@opencode-relay.invalid',
    });
    expect(members).toContainEqual(
      expect.objectContaining({ userId: 'alice@example.com', email: 'alice@example.com' }),
    );
    expect((await client.member.listSafe()).data).toEqual(members);
  });

  test('what is refused is told in the words of the SDK', async () => {
    const id = await stored();
    const calls: ((asked: BeepsClient, alertId: string) => Promise<unknown>)[] = [
      ({ alert }, alertId) => alert.get(alertId),
      ({ alert }, alertId) => alert.listResponders(alertId),
      ({ alert }, alertId) => alert.listAgents(alertId),
      ({ alert }, alertId) => alert.listNotifications(alertId),
      ({ alert }, alertId) => alert.getFixContext(alertId),
      ({ alert }, alertId) => alert.onIt(alertId),
      ({ alert }, alertId) => alert.updateResponderStatus(alertId, 'rsp_1', { status: 'done' }),
      ({ alert }, alertId) => alert.acknowledge(alertId),
      ({ alert }, alertId) => alert.assign(alertId, 'ci'),
      ({ alert }, alertId) => alert.resolve(alertId),
    ];
    for (const call of calls) {
      await expect(call(client, 'alr_unknown')).rejects.toBeInstanceOf(NotFoundError);
      await expect(call(connect('wrong'), id)).rejects.toBeInstanceOf(AuthError);
    }
    const stranger = client.alert.onIt(id, { userId: 'mallory' });
    await expect(stranger).rejects.toBeInstanceOf(ValidationError);
    await expect(stranger).rejects.toThrow('`userId` is no member');
    expect((await client.alert.assignSafe(id, 'mallory')).error).toBeInstanceOf(ValidationError);
  });
});
