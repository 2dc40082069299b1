import { expect, test } from 'vitest';
import { auditText, recordKeyOf, sessionRecordSchema } from '../../functions/contract/audit-records.ts';
import { sessionRecordOf } from '../../functions/domain/audit/session-record.ts';
import { sha256 } from '../../functions/domain/text/digest.ts';
import { recordingEnds } from '../../functions/sessions/record-session.ts';
import { executionArn, sampleCollected, sampleExecution, sampleJob, sampleRef } from '../support/fakes/samples.ts';
import { fakeJobs } from '../support/fakes/stores.ts';

const finishedAt = '2027-03-01T12:05:00.000Z';
const ended = () =>
  sampleJob({ executionArn, session: sampleRef(), promptedAt: finishedAt, finishedAt, collected: sampleCollected() });

test('the record of a session tells who, what, why, on which server, to what end, at what cost and where the patch is', () => {
  const { input, collected } = ended();
  const record = sessionRecordOf(ended());
  expect(sessionRecordSchema.parse(record)).toEqual(record);
  expect(record).toMatchObject({
    executionArn,
    startedBy: input.startedBy,
    alert: { id: input.alert.id, titleSha256: sha256(input.alert.title) },
    rule: input.rule,
    why: { reason: 'started' },
    prompt: input.prompt,
    server: {
      endpoint: input.session.endpoint,
      version: '1.18.33',
      agent: 'build',
      permissions: { profile: 'server' },
    },
    session: { id: 'ses_1', url: sampleRef().url },
    outcome: collected?.outcome,
    costUsd: collected?.costUsd,
    result: collected?.result,
  });
  expect(recordKeyOf(record ?? expect.fail())).toBe(`records/2027/03/01/12/${input.jobId}.json`);
});

test('it holds no text of the alert and none that may quote it: those as digests', () => {
  const { title, source, fingerprint } = sampleExecution().alert;
  const text = auditText(sessionRecordOf(ended()) ?? expect.fail());
  for (const each of [title, source, fingerprint, sampleExecution().why.sentence, sampleCollected().cause]) {
    expect(text).not.toContain(JSON.stringify(each).slice(1, -1));
    expect(text).toContain(sha256(each));
  }
});

test('a job that is open has none', () => {
  expect(sessionRecordOf(sampleJob())).toBeUndefined();
});

test('who finishes a job writes its record, once; where the bucket fails, the outcome stands and the sweep is left to write it', async () => {
  const written: string[] = [];
  const warned: string[] = [];
  const { id } = sampleJob();
  const store = (fails: boolean) => {
    const jobs = fakeJobs(sampleJob({ executionArn }));
    const records = {
      write: async (record: object) => {
        if (fails) throw new Error('SlowDown');
        written.push(JSON.stringify(record));
      },
    };
    const log = { warn: (message: string) => void warned.push(message) };
    return recordingEnds(jobs, { records, clock: { now: () => new Date(finishedAt) }, log });
  };
  const jobs = store(false);
  expect(await jobs.finish(id, sampleCollected(), finishedAt)).toBe(true);
  expect(await jobs.finish(id, sampleCollected(), finishedAt)).toBe(false);
  expect(written).toHaveLength(1);
  expect(await jobs.get(id)).toMatchObject({ auditedAt: finishedAt });

  const failing = store(true);
  expect(await failing.finish(id, sampleCollected(), finishedAt)).toBe(true);
  const job = await failing.get(id);
  expect(job).toMatchObject({ finishedAt });
  expect(job).not.toHaveProperty('auditedAt');
  expect(warned).toEqual(['Audit record not written']);
});
