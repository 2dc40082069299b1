import { describe, expect, test } from 'vitest';
import type { ExecutionInput } from '../../functions/contract/execution.ts';
import type { Job } from '../../functions/domain/job/job.ts';
import { verdictRequest } from '../../functions/domain/verification/agent-verdict.ts';
import type { SessionServer } from '../../functions/ports.ts';
import { sendPrompt } from '../../functions/sessions/send-prompt.ts';
import { fakeClock } from '../support/fakes/clock.ts';
import { jobId, prompt, sampleExecution, sampleJob, sampleRef } from '../support/fakes/samples.ts';
import { fakeServer } from '../support/fakes/server.ts';
import { fakeJobs } from '../support/fakes/stores.ts';

function prepare(job: Job | undefined) {
  const sent: Parameters<SessionServer['prompt']>[] = [];
  const { servers } = fakeServer({
    prompt: async (...request) => {
      sent.push(request);
    },
  });
  const jobs = fakeJobs(...(job ? [job] : []));
  const run = (execution: ExecutionInput = sampleExecution()) =>
    sendPrompt({ servers, jobs, clock: fakeClock() }, { execution, session: sampleRef() });
  return { run, sent, jobs };
}

describe('send prompt', () => {
  test("sends the job's text under the session's ids, with the rule's model and agent", async () => {
    const { run, sent } = prepare(sampleJob());
    expect(await run()).toEqual({ messageId: 'msg_1' });
    const model = { providerID: 'stub', modelID: 'stub-1' };
    expect(sent).toEqual([['ses_1', { messageId: 'msg_1', partId: 'prt_1', text: prompt, model, agent: 'build' }]]);
  });

  test('asks for a verdict where the rule wants one', async () => {
    const { run, sent } = prepare(sampleJob());
    await run({ ...sampleExecution(), agentVerdict: true });
    expect(sent[0]?.[1].text).toBe(`${prompt}\n\n${verdictRequest}`);
  });

  test('repeated it sends the identical prompt', async () => {
    const { run, sent } = prepare(sampleJob());
    await run();
    await run();
    expect(sent[1]).toEqual(sent[0]);
  });

  test('marks the job before the prompt leaves', async () => {
    const jobs = fakeJobs(sampleJob());
    let markedWhenSent: string | undefined;
    const { servers } = fakeServer({
      prompt: async () => {
        markedWhenSent = (await jobs.get(jobId))?.promptedAt;
      },
    });
    await sendPrompt({ servers, jobs, clock: fakeClock() }, { execution: sampleExecution(), session: sampleRef() });
    expect(markedWhenSent).toBe('2027-03-01T12:00:00.000Z');
  });

  const refused: [what: string, job: Job | undefined, message: string][] = [
    ['a settled job', sampleJob({ finishedAt: '2027-03-01T12:00:00.000Z' }), 'stopped before its prompt was sent'],
    ['a text that is not the one started with', sampleJob({ prompt: 'other' }), 'not the one'],
    ['an unknown job', undefined, 'is not stored'],
  ];
  test.each(refused)('sends nothing for %s', async (_, job, message) => {
    const { run, sent } = prepare(job);
    await expect(run()).rejects.toThrow(message);
    expect(sent).toEqual([]);
  });
});
