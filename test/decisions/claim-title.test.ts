import { expect, test } from 'vitest';
import { claimTitle } from '../../functions/decisions/claim-title.ts';
import type { Job } from '../../functions/domain/job/job.ts';
import { receivedAt, sampleRule } from '../support/fakes/alert-samples.ts';
import { sampleJob } from '../support/fakes/samples.ts';
import { RoutingWorld } from '../support/fakes/world.ts';

test('a second rule of an alert holds its title once the session of the first has ended', async () => {
  const jobs = new Map<string, Job>();
  const deps = { ...new RoutingWorld([]).deps(), jobs: { get: async (id: string) => jobs.get(id) } };
  const claim = (alertId: string, jobId: string) =>
    claimTitle(deps, { alert: { id: alertId, title: 'Disk full' }, relay: { id: 'rly_1' }, rule: sampleRule(), jobId });
  expect(await claim('alr_a', 'job_1')).toBeUndefined();
  jobs.set('job_1', { ...sampleJob({ finishedAt: receivedAt }), id: 'job_1' });
  expect(await claim('alr_a', 'job_2')).toBeUndefined();
  jobs.set('job_2', { ...sampleJob(), id: 'job_2' });
  expect(await claim('alr_b', 'job_3')).toContain('job_2');
  expect(await claim('alr_a', 'job_4')).toBeUndefined();
});

test('a title that others claim each time is asked for five times', async () => {
  let asked = 0;
  const titles = {
    holder: async () => undefined,
    claim: async () => ++asked < 0,
  };
  const deps = { ...new RoutingWorld([]).deps(), titles };
  const claiming = claimTitle(deps, {
    alert: { id: 'alr_a', title: 'x' },
    relay: { id: 'rly_1' },
    rule: sampleRule(),
    jobId: 'job_1',
  });
  await expect(claiming).rejects.toThrow('claimed by others 5 times');
  expect(asked).toBe(5);
});
