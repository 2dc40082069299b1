import { describe, expect, test } from 'vitest';
import { getJobReport } from '../../../../functions/api/manage/agents/report.ts';
import type { ReportStatus } from '../../../../functions/contract/report.ts';
import { fakeManagement } from '../../../support/fakes/management.ts';
import { jobId, sampleCollected, sampleJob } from '../../../support/fakes/samples.ts';

const ended = sampleJob({ collected: sampleCollected({ outcome: 'server_unreachable' }) });

function prepare(made: ReportStatus = 'written', job = ended) {
  const asked: string[] = [];
  const { deps } = fakeManagement({ jobs: [job] });
  const make = async (id: string) => {
    asked.push(id);
    return made;
  };
  return { deps: { ...deps, reportMaker: { make } }, asked };
}

describe('the page of a job', () => {
  test.each(['written', 'already_there'] as const)('is a link that ends after five minutes: %s', async (made) => {
    const { deps, asked } = prepare(made);
    expect(await getJobReport(deps, jobId)).toEqual({
      url: `https://bucket.example.com/${jobId}/report.html?seconds=300`,
      expiresAt: '2027-03-01T12:05:00.000Z',
    });
    expect(asked).toEqual([jobId]);
  });

  test('is not there while the session runs, and nobody is asked for it', async () => {
    const { deps, asked } = prepare('not_ended', sampleJob());
    expect(await getJobReport(deps, jobId)).toMatchObject({ status: 409 });
    expect(await getJobReport(deps, 'job_unknown')).toMatchObject({ status: 404 });
    expect(asked).toEqual([]);
  });

  test('is not found once its session is erased', async () => {
    expect(await getJobReport(prepare('erased').deps, jobId)).toMatchObject({ status: 404 });
  });
});
