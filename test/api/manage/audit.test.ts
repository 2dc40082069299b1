import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { fakeManagement } from '../../support/fakes/management.ts';
import { exampleBody, examplePath, readDocument } from '../../support/manage/document.ts';
import { type ManageWorld, startManage, stateFor } from '../../support/manage/world.ts';

const digest = z.string().regex(/^[\da-f]{64}$/);
/** What lies elsewhere: secrets, whose digest would help to guess them, and executions. */
const undigested = ['password', 'webhook_secret', 'execution'];
const lineSchema = z.object({
  audit: z.literal(true),
  who: z.string(),
  what: z.string(),
  outcome: z.enum(['done', 'unchanged', 'refused', 'failed']),
  requestId: z.string(),
  targets: z.array(
    z.strictObject({
      kind: z.string(),
      id: z.string().regex(/^(int|rly|wh|rul|alr|rsp|job|rep)_[\da-z]+$|^starts$|^catalogue$/),
      before: digest.nullable(),
      after: digest.nullable(),
    }),
  ),
});

describe('the audit log', () => {
  let world: ManageWorld;
  let operations: Awaited<ReturnType<typeof readDocument>>['operations'];

  beforeAll(async () => {
    world = await startManage();
    operations = (await readDocument(world)).operations;
  });
  afterAll(() => world.stop());
  beforeEach(async () => {
    await world.reset();
    world.logged.length = 0;
  });

  const lines = () => world.logged.filter(({ audit }) => audit === true).map((line) => lineSchema.parse(line));
  const send = (operation: string, body?: string, headers = {}) => {
    const found = operations.find(({ operationId }) => operationId === operation);
    if (!found) throw new Error(`There is no operation ${operation}`);
    const example = exampleBody(found);
    const sent = body ?? (example === undefined ? undefined : JSON.stringify(example));
    const path = examplePath(found);
    return world.ask({ method: found.method, path, headers, ...(sent !== undefined && { body: sent }) });
  };

  const ruleExample = () => {
    const found = operations.find(({ operationId }) => operationId === 'createRule');
    return Object(found && exampleBody(found));
  };

  const changing = fakeManagement().routes.filter(({ changes }) => changes);

  test.each(changing.map(({ operation }) => ({ operation })))('$operation is one line', async ({ operation }) => {
    await world.reset(stateFor(operation));
    const { headers } = await send(operation);
    const [line, ...others] = lines();
    expect(others).toEqual([]);
    expect(line).toMatchObject({ who: 'admin', what: operation, outcome: 'done', requestId: headers['x-request-id'] });
    expect(line?.targets.length).toBeGreaterThan(0);
    for (const { kind, before, after } of line?.targets ?? []) {
      if (!undigested.includes(kind)) expect(before).not.toBe(after);
    }
  });

  test('what only reads is no line', async () => {
    for (const { operation, changes } of fakeManagement().routes) if (!changes) await send(operation);
    expect(lines()).toEqual([]);
  });

  test('the digest after a change is the digest before the next one, and none after a deletion', async () => {
    await send('updateRelay', '{"name":"Payments"}', { authorization: 'Bearer ci-token' });
    await send('updateRelay', '{"name":"Payments"}');
    await send('deleteRelay');
    const [first, second, third] = lines();
    expect(first).toMatchObject({ who: 'ci', outcome: 'done' });
    expect(second).toMatchObject({ who: 'admin', outcome: 'unchanged', targets: [] });
    const relayOf = (line: typeof first) => line?.targets.find(({ kind }) => kind === 'relay');
    expect(relayOf(third)).toMatchObject({ before: relayOf(first)?.after, after: null });
  });

  test('a refused change says so, and names nothing of the request', async () => {
    await send('createRule', '{"name":"s3cret-name","ruleType":"agent"}');
    expect(lines()).toEqual([expect.objectContaining({ what: 'createRule', outcome: 'refused', targets: [] })]);
    expect(JSON.stringify(world.logged)).not.toContain('s3cret');
  });

  test('a new relay names its webhook too', async () => {
    await send('createRelay');
    const made = { before: null, after: expect.any(String) };
    expect(lines()[0]?.targets).toEqual([
      expect.objectContaining({ kind: 'relay', ...made }),
      expect.objectContaining({ kind: 'webhook', ...made }),
    ]);
  });

  test('the first rule of an integration names the integration too, which it binds', async () => {
    await world.reset({ ruled: false });
    for (const name of ['first', 'second']) {
      await send('createRule', JSON.stringify({ ...ruleExample(), name, externalKey: name }));
    }
    const kinds = lines().map(({ targets }) => targets.map(({ kind }) => kind));
    expect(kinds).toEqual([['integration', 'rule'], ['rule']]);
  });

  test('a password is noted as written, without a digest', async () => {
    await send('createIntegration');
    const password = lines()[0]?.targets.find(({ kind }) => kind === 'password');
    expect(password).toMatchObject({ before: null, after: null });
    expect(JSON.stringify(world.logged)).not.toContain('the password of the server');
  });
});
