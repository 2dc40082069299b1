import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBegunChanges } from '../../../functions/adapters/dynamodb/begun-changes.ts';
import type { BegunChanges } from '../../../functions/ports.ts';
import { startTable } from '../../support/table.ts';

let changes: BegunChanges;
let stop: () => Promise<void>;
beforeAll(async () => {
  const started = await startTable();
  ({ stop } = started);
  changes = createBegunChanges(started.table);
});
afterAll(() => stop());

test('a change is open from its beginning to its end, with what is known of it by then', async () => {
  const change = (requestId: string, at: string) => ({ requestId, at, who: 'ada', what: 'updateRule' });
  const [first, second] = [change('r1', '2027-03-01T12:00:00.000Z'), change('r2', '2027-03-01T12:00:01.000Z')];
  await changes.begin(second);
  await changes.begin(first);
  expect(await changes.listOpen(10)).toEqual(expect.arrayContaining([first, second]));
  expect(await changes.listOpen(1)).toEqual([first]);
  const told = {
    outcome: 'done' as const,
    targets: [{ kind: 'rule', id: 'rul_1', before: null, after: 'a'.repeat(64) }],
  };
  await changes.keep({ ...second, ...told });
  await changes.end(first);
  expect(await changes.listOpen(10)).toEqual([{ ...second, ...told }]);
});
