import { describe, expect, test } from 'vitest';
import { acceptRepository } from '../../../../functions/api/manage/agents/accept-repository.ts';
import type { ServerFindings } from '../../../../functions/contract/server-check.ts';
import { gitStateOf } from '../../../../functions/domain/repository/git-state.ts';
import {
  enterRepository,
  leaveRepository,
  repositoryId,
} from '../../../../functions/domain/repository/repository-guard.ts';
import { sampleIntegration } from '../../../support/fakes/alert-samples.ts';
import { fakeClock } from '../../../support/fakes/clock.ts';
import { fakeGuards, gitFolder } from '../../../support/fakes/guards.ts';
import { fakeLooks } from '../../../support/fakes/looks.ts';
import { repository as directory, jobId, sampleExecution, sampleJob } from '../../../support/fakes/samples.ts';
import { fakeJobs } from '../../../support/fakes/stores.ts';

const { endpoint } = sampleExecution().session;
const at = '2027-03-01T11:59:00.000Z';
const clean = gitStateOf(gitFolder());
const hooked = gitStateOf(gitFolder({ 'hooks/pre-commit': 'sh' }));
const found: ServerFindings = { version: '1.18.33', problems: [], repository: { directory, state: hooked } };

async function prepare(findings: ServerFindings[] | Error = [found]) {
  const guards = fakeGuards();
  const { guard } = leaveRepository(enterRepository(undefined, clean, { jobId, at }).guard, hooked, { jobId, at });
  await guards.store.write(repositoryId(endpoint, directory), guard, 0);
  const looks = fakeLooks([], findings);
  const integrations = {
    get: async (id: string) => (id === 'int_1' ? { ...sampleIntegration, id: 'int_1' } : undefined),
  };
  const deps = { ...looks, jobs: fakeJobs(sampleJob()), integrations, guards: guards.store, clock: fakeClock() };
  return { deps, asked: looks.asked, guard: () => guards.guardOf(endpoint, directory) };
}

describe('accepting a repository', () => {
  test('takes what the server has now, and says what was not as before', async () => {
    const { deps, asked, guard } = await prepare();
    expect(guard()?.block).not.toBeNull();
    expect(await acceptRepository(deps, jobId)).toEqual({
      endpoint,
      directory,
      changed: ['hooks/pre-commit'],
      unread: [],
    });
    expect(asked).toMatchObject([[{ endpoint, directory, integrationId: 'int_1' }]]);
    expect(guard()).toMatchObject({ block: null, known: hooked, last: jobId });
  });

  test.each<[what: string, findings: ServerFindings[] | Error, message: RegExp]>([
    ['that cannot be asked', new Error('no answer'), /Try again/],
    ['that has no such repository', [{ version: '1.18.33', problems: [] }], /no git repository/],
    [
      'that is unreachable',
      [{ version: null, problems: [{ code: 'server_unreachable', message: 'It is down.' }] }],
      /It is down/,
    ],
  ])('of a server %s accepts nothing', async (_, findings, message) => {
    const { deps, guard } = await prepare(findings);
    expect(await acceptRepository(deps, jobId)).toMatchObject({
      status: 409,
      message: expect.stringMatching(message),
    });
    expect(guard()?.block).not.toBeNull();
  });

  test('knows no other job, and none whose integration is gone', async () => {
    const { deps } = await prepare();
    expect(await acceptRepository(deps, 'job_other')).toMatchObject({ status: 404 });
    const gone = { ...deps, integrations: { get: async () => undefined } };
    expect(await acceptRepository(gone, jobId)).toMatchObject({ status: 409 });
  });
});
