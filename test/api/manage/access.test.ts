import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleIds } from '../../../functions/api/manage/examples.ts';
import type { TokenRole } from '../../../functions/contract/api-tokens.ts';
import { exampleBody, examplePath, type Operation, readDocument } from '../../support/manage/document.ts';
import { type Answered, type ManageWorld, startManage } from '../../support/manage/world.ts';
import { mockClient } from '../../support/mock-client.ts';
import { isLong } from '../../support/property-runs.ts';

/**
 * `relay`: its path names a relay, or something of one. `lists`: holds nothing of other relays. `stack`: all relays'.
 */
type Reach = 'relay' | 'lists' | 'stack';

/** Every operation of the API: one that is not here, or says another thing, fails. */
const table: Record<string, [needs: TokenRole, reach: Reach]> = {
  createIntegration: ['admin', 'stack'],
  listIntegrations: ['read', 'lists'],
  getIntegration: ['read', 'lists'],
  updateIntegration: ['admin', 'stack'],
  deleteIntegration: ['admin', 'stack'],
  createRelay: ['write', 'stack'],
  listRelays: ['read', 'lists'],
  getRelay: ['read', 'relay'],
  updateRelay: ['write', 'relay'],
  deleteRelay: ['admin', 'relay'],
  createWebhook: ['write', 'relay'],
  listWebhooks: ['read', 'relay'],
  getWebhook: ['read', 'relay'],
  updateWebhook: ['write', 'relay'],
  rotateWebhook: ['write', 'relay'],
  deleteWebhook: ['write', 'relay'],
  createRule: ['write', 'relay'],
  listRules: ['read', 'relay'],
  getRule: ['read', 'relay'],
  updateRule: ['write', 'relay'],
  reorderRules: ['write', 'relay'],
  deleteRule: ['write', 'relay'],
  getCatalogue: ['read', 'stack'],
  getCatalogueVersion: ['read', 'stack'],
  putCatalogue: ['write', 'stack'],
  checkCatalogue: ['write', 'stack'],
  lintRelay: ['read', 'relay'],
  simulateRelay: ['read', 'relay'],
  replayRule: ['write', 'relay'],
  listAlerts: ['read', 'lists'],
  listActiveAlerts: ['read', 'lists'],
  listResolvedAlerts: ['read', 'lists'],
  getAlert: ['read', 'relay'],
  listAlertAgents: ['read', 'relay'],
  listAlertNotifications: ['read', 'relay'],
  getFixContext: ['read', 'relay'],
  acknowledgeAlert: ['write', 'relay'],
  resolveAlert: ['write', 'relay'],
  assignAlert: ['write', 'relay'],
  listResponders: ['read', 'relay'],
  joinAlert: ['write', 'relay'],
  updateResponder: ['write', 'relay'],
  listMembers: ['read', 'lists'],
  listSchedules: ['read', 'lists'],
  listContactMethods: ['read', 'lists'],
  listJobs: ['read', 'lists'],
  getJob: ['read', 'relay'],
  getJobStatus: ['read', 'relay'],
  getJobResult: ['read', 'relay'],
  getJobReport: ['read', 'relay'],
  cancelJob: ['write', 'relay'],
  acceptRepository: ['admin', 'relay'],
  listDecisions: ['read', 'relay'],
  runRule: ['write', 'relay'],
  eraseAlert: ['admin', 'relay'],
  explainAlert: ['read', 'relay'],
  getLedger: ['read', 'relay'],
  listLedgerDays: ['read', 'relay'],
  listBudgets: ['read', 'stack'],
  listFailed: ['read', 'relay'],
  replayFailed: ['write', 'relay'],
  getSwitch: ['read', 'lists'],
  pauseStarts: ['write', 'stack'],
  resumeStarts: ['write', 'stack'],
  stopSessions: ['write', 'stack'],
  replayPaused: ['write', 'stack'],
  getOpenApi: ['read', 'lists'],
};

const roles: TokenRole[] = ['read', 'write', 'admin'];
const relays = { all: undefined, own: exampleIds.relayId, other: 'rly_other' };
type Whose = keyof typeof relays;
const tokens = roles.flatMap((role) =>
  (Object.keys(relays) as Whose[]).map((whose) => ({ role, whose, token: `${role}-of-${whose}` })),
);

function expectedOf([needs, reach]: [TokenRole, Reach], role: TokenRole, whose: Whose): 'done' | 403 | 404 {
  if (roles.indexOf(role) < roles.indexOf(needs)) return 403;
  if (whose === 'all' || reach === 'lists') return 'done';
  if (reach === 'stack') return 403;
  return whose === 'own' ? 'done' : 404;
}

/**
 * The tokens that an operation is asked with: of each reach the role that just suffices and the one just below it, and
 * the one that may do everything. The long run asks with all.
 */
const asked = (needs: TokenRole) => {
  const least = roles.indexOf(needs);
  const isNear = (role: TokenRole) => [least - 1, least].includes(roles.indexOf(role));
  return tokens.filter(({ role, token }) => isLong || isNear(role) || token === 'admin-of-all');
};

describe('what a token may do', () => {
  let world: ManageWorld;
  let operations: Operation[];
  const secrets = mockClient(SecretsManagerClient);

  beforeAll(async () => {
    world = await startManage();
    const stored = tokens.map(({ role, whose, token }) => [token, { token, role, relayId: relays[whose] }]);
    const SecretString = JSON.stringify({ admin: 'admin-token', ...Object.fromEntries(stored) });
    secrets.on(GetSecretValueCommand).resolves({ SecretString });
    ({ operations } = await readDocument(world));
  });
  afterAll(() => world.stop());

  const askAs = (token: string, operation: Operation, body = exampleBody(operation)): Promise<Answered> =>
    world.ask({
      method: operation.method,
      path: examplePath(operation),
      headers: { authorization: `Bearer ${token}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const named = (operationId: string): Operation => {
    const found = operations.find((each) => each.operationId === operationId);
    if (!found) throw new Error(`There is no ${operationId}`);
    return found;
  };

  test('is told for every operation', () => {
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual(Object.keys(table).sort());
  });

  test.each(Object.entries(table))('%s', async (operationId, row) => {
    const operation = named(operationId);
    const expected = asked(row[0]).map(({ role, whose, token }) => ({ token, expects: expectedOf(row, role, whose) }));
    await world.reset();
    const before = [world.writes(), world.effects()];
    for (const { token, expects } of expected.filter((each) => each.expects !== 'done')) {
      const { status, json } = await askAs(token, operation);
      expect({ token, status }).toEqual({ token, status: expects });
      expect(json).toMatchObject({ error: { code: expects === 403 ? 'forbidden' : 'not_found' } });
    }
    expect([world.writes(), world.effects()], 'what is refused changes nothing').toEqual(before);
    for (const { token } of expected.filter(({ expects }) => expects === 'done')) {
      if (operation.method !== 'GET') await world.reset();
      expect({ token, status: (await askAs(token, operation)).status }).not.toMatchObject({
        status: expect.toSatisfy((status: number) => [401, 403, 404].includes(status)),
      });
    }
  });

  test('live lint uses passwords, and takes write', async () => {
    const lint = named('lintRelay');
    for (const [token, status] of [
      ['read-of-all', 403],
      ['read-of-own', 403],
      ['write-of-other', 404],
      ['write-of-own', 200],
    ] as const) {
      expect((await askAs(token, lint, { live: true })).status, token).toBe(status);
    }
  });

  test('lists hold what is of the relay of the token, and nothing else', async () => {
    await world.reset();
    for (const [operationId, envelope] of [
      ['listRelays', 'relays'],
      ['listAlerts', 'alerts'],
      ['listActiveAlerts', 'alerts'],
      ['listJobs', 'jobs'],
    ] as const) {
      const countFor = async (token: string) => {
        const { json } = await askAs(token, named(operationId));
        const rows: unknown = Reflect.get(Object(json), envelope);
        return Array.isArray(rows) ? rows.length : undefined;
      };
      expect([await countFor('read-of-own'), await countFor('read-of-other')], operationId).toEqual([1, 0]);
    }
  });

  test('a key that sends alerts is not shown to who may only read', async () => {
    const webhooks = named('listWebhooks');
    expect((await askAs('read-of-own', webhooks)).body).not.toMatch(/example-key|first-key/);
    expect((await askAs('write-of-own', webhooks)).body).toContain('example-key');
  });

  test('the token of a relay binds no integration by its rules', async () => {
    await world.reset({ ruled: false });
    const attempt = await askAs('admin-of-own', named('createRule'));
    expect(attempt).toMatchObject({ status: 400, json: { error: { issues: [{ code: 'unbound_integration' }] } } });
    expect((await askAs('write-of-all', named('createRule'))).status).toBe(200);
    expect((await askAs('write-of-own', named('createRule'))).status).toBe(200);
  });

  test('what is refused stands in the audit log', async () => {
    await askAs('write-of-all', named('createIntegration'));
    const entry = { message: 'Audit', who: 'write-of-all', what: 'createIntegration', outcome: 'refused' };
    expect(world.logged.at(-2)).toMatchObject(entry);
  });
});
