import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeManagement } from '../../../support/fakes/management.ts';
import { exampleBody, examplePath, readDocument } from '../../../support/manage/document.ts';
import { type ManageWorld, startManage, stateFor } from '../../../support/manage/world.ts';

/** The rows of the table, to name the tests; everything else is read from the document itself. */
const rows = fakeManagement().routes.map(({ operation }) => ({ operation }));

describe('the OpenAPI document', () => {
  let world: ManageWorld;
  let document: Awaited<ReturnType<typeof readDocument>>;

  beforeAll(async () => {
    world = await startManage();
    document = await readDocument(world);
  });
  afterAll(() => world.stop());

  const find = (operation: string) => {
    const found = document.operations.find(({ operationId }) => operationId === operation);
    if (!found) throw new Error(`${operation} is not in the document`);
    return found;
  };

  test('is valid', async () => {
    const text = JSON.stringify(document.json);
    expect(await new Validator().validate(JSON.parse(text))).toEqual({ valid: true });
    expect(await new Validator().validate({ ...JSON.parse(text), servers: 'none' })).toMatchObject({ valid: false });
  });

  test('has each row of the table once', () => {
    const operations = document.operations.map(({ operationId }) => operationId);
    expect(operations.sort()).toEqual(rows.map(({ operation }) => operation).sort());
    expect(new Set(operations).size).toBe(operations.length);
  });

  test('is the one thing that needs no token', async () => {
    for (const operation of document.operations) {
      const { method, operationId, security } = operation;
      const { status } = await world.ask({ method, path: examplePath(operation), headers: { authorization: '' } });
      expect([operationId, status]).toEqual([operationId, security ? 200 : 401]);
    }
    const posted = await world.ask({ method: 'POST', path: '/v0/openapi.json', headers: { authorization: '' } });
    expect(posted.status).toBe(401);
  });

  test.each(rows)('$operation: its example is taken, and answered as the document says', async ({ operation }) => {
    await world.reset(stateFor(operation));
    const found = find(operation);
    const example = exampleBody(found);
    // A body without an example could not be sent by a test.
    expect(found.requestBody === undefined || example !== undefined).toBe(true);
    const body = example === undefined ? {} : { body: JSON.stringify(example) };
    const answer = await world.ask({ method: found.method, path: examplePath(found), ...body });
    expect(answer).toMatchObject({ status: 200 });
    expect(document.faultOf(found, answer)).toBeUndefined();
  });

  test('an answer of another shape would be found', async () => {
    const answer = await world.ask({ method: 'GET', path: '/v0/relay' });
    expect(document.faultOf(find('listIntegrations'), answer)).toContain('breaks its schema');
    expect(document.faultOf(find('listRelays'), { ...answer, status: 500 })).toBe('answered 500');
  });
});
