import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRepositoryGuards } from '../../../functions/adapters/dynamodb/repository-guards.ts';
import { gitStateOf } from '../../../functions/domain/repository/git-state.ts';
import { enterRepository } from '../../../functions/domain/repository/repository-guard.ts';
import type { RepositoryGuards } from '../../../functions/ports.ts';
import { gitFolder } from '../../support/fakes/guards.ts';
import { startTable } from '../../support/table.ts';

let store: RepositoryGuards;
let stop: () => Promise<void>;
beforeAll(async () => {
  const started = await startTable();
  store = createRepositoryGuards(started.table);
  stop = started.stop;
});
afterAll(() => stop());

const guardOf = (jobId: string) =>
  enterRepository(undefined, gitStateOf(gitFolder()), { jobId, at: '2027-03-01T12:00:00.000Z' }).guard;

test('there is none at first, what was written is read, and of writers on one version one wins', async () => {
  expect(await store.read('rep_1')).toEqual({ guard: undefined, version: 0 });
  const won = await Promise.all(['job_a', 'job_b', 'job_c'].map((id) => store.write('rep_1', guardOf(id), 0)));
  expect(won.filter(Boolean)).toHaveLength(1);
  const { guard, version } = await store.read('rep_1');
  expect(version).toBe(1);
  expect(guard).toEqual(guardOf(guard?.sessions[0]?.jobId ?? ''));
  expect(await store.write('rep_1', guardOf('job_d'), 0)).toBe(false);
  expect(await store.write('rep_1', guardOf('job_d'), 1)).toBe(true);
  expect(await store.read('rep_2')).toEqual({ guard: undefined, version: 0 });
});
