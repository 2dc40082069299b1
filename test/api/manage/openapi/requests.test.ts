import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { match, segmentsOf } from '../../../../functions/api/manage/route.ts';
import { fakeManagement } from '../../../support/fakes/management.ts';
import { type Operation, readDocument } from '../../../support/manage/document.ts';
import { requestsOf } from '../../../support/manage/requests.ts';
import { type Asked, type ManageWorld, startManage } from '../../../support/manage/world.ts';
import { runs } from '../../../support/property-runs.ts';

const rows = fakeManagement().routes.map(({ operation }) => ({ operation }));

describe('requests made from the OpenAPI document', () => {
  let world: ManageWorld;
  let document: Awaited<ReturnType<typeof readDocument>>;

  beforeAll(async () => {
    world = await startManage();
    document = await readDocument(world);
  });
  afterAll(() => world.stop());

  /** The operation that a request really meets: of two that fit, the one with fewer parameters. */
  const met = ({ method, path }: Asked): Operation | undefined => {
    const segments = segmentsOf(path.split('?')[0] ?? '') ?? [];
    const fitting = document.operations.flatMap((operation) => {
      const parameters = match(operation.path, segments);
      return parameters && operation.method === method ? [{ operation, size: parameters.size }] : [];
    });
    return fitting.sort((a, b) => a.size - b.size)[0]?.operation;
  };

  test.each(rows)('$operation: no 5xx, no answer of another shape, nothing half stored', async ({ operation }) => {
    const found = document.operations.find(({ operationId }) => operationId === operation);
    if (!found) throw new Error(`${operation} is not in the document`);
    await world.reset();
    let stored = JSON.stringify(await world.rows());
    await fc.assert(
      fc.asyncProperty(requestsOf(found), async (asked) => {
        const [effects, writes] = [world.effects(), world.writes()];
        const answer = await world.ask(asked);
        const by = met(asked) ?? found;
        expect(document.faultOf(by, answer)).toBeUndefined();
        // What was never written need not be compared.
        if (answer.status >= 300 && world.writes() === writes) {
          expect(world.effects()).toBe(effects);
          return;
        }
        if (asked.method === 'GET') return;
        // A deleted resource would have the rest of the requests answered 404.
        if (asked.method === 'DELETE' && answer.status < 300) await world.reset();
        const now = JSON.stringify(await world.rows());
        if (answer.status >= 300) {
          expect(now).toBe(stored);
          expect(world.effects()).toBe(effects);
        }
        stored = now;
      }),
      { numRuns: runs(0.16) },
    );
    // Nor have the requests that only read.
    expect(JSON.stringify(await world.rows())).toBe(stored);
  });
});
