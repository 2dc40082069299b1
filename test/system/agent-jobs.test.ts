import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '../support/eventually.ts';
import { type Agent, sharedAgent } from '../support/system/agent-server.ts';
import { fire, inPlace, output, type System, sharedSystem } from '../support/system/system.ts';

const resultSchema = z.object({ result: z.object({ patch: z.string(), manifest: z.string() }) });
const reportSchema = z.object({ report: z.object({ url: z.string() }) });
const jobSchema = z.object({ job: z.object({ id: z.string(), stepId: z.string() }) });

/** What people do with agent jobs, on the synthesized stack and a real OpenCode server. */
describe('agent jobs', () => {
  let system: System;
  let agent: Agent;
  beforeAll(async () => {
    [system, agent] = await Promise.all([sharedSystem(), sharedAgent()]);
  });

  /** The additions to the public contract, which the SDK has no calls for. */
  async function ask(method: string, path: string): Promise<{ status: number; json: unknown }> {
    const headers = { authorization: `Bearer ${system.apiToken}` };
    const response = await fetch(`${output(system.stack, 'ApiUrl')}${path}`, { method, headers });
    return { status: response.status, json: await response.json() };
  }

  /** As a browser gets it. */
  async function pageOf(jobId: string): Promise<string> {
    const { report } = reportSchema.parse((await ask('GET', `/agents/jobs/${jobId}/report`)).json);
    const response = await fetch(report.url);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    return response.text();
  }

  test('the result is there by link, and the rule can be run once more', async () => {
    const hook = await system.hookFor({ server: agent });
    const finished = await system.outcomeOf(await fire(hook, 'by link', '[[write {"path":"fixed.txt"}]]'));
    const { result } = resultSchema.parse((await ask('GET', `/agents/jobs/${finished.jobId}/result`)).json);
    expect(await (await fetch(result.patch)).text()).toContain('fixed.txt');
    expect(await (await fetch(result.manifest)).json()).toMatchObject({ outcome: 'diff_ready' });
    expect(finished.reportUrl).toBe(`${output(system.stack, 'ApiUrl')}/agents/jobs/${finished.jobId}/report`);
    expect(await pageOf(finished.jobId)).toContain('Changed lines of fixed.txt');
    expect(await system.client.agentJob.getStatus(finished.jobId)).toMatchObject({
      status: 'completed',
      attempt: finished.polls,
      executionArn: finished.executionArn,
      patch: { files: 1 },
    });

    const again = await ask('POST', `/alerts/${finished.alert.id}/rules/${finished.rule.id}/run`);
    const { job } = jobSchema.parse(again.json);
    expect(job.id).not.toBe(finished.jobId);
    await eventually(async () => expect((await system.client.agentJob.get(job.id)).status).toBe('completed'), 500);
    expect((await ask('GET', `/alerts/${finished.alert.id}/decisions`)).json).toMatchObject({
      decisions: [
        { reason: 'started', jobId: finished.jobId },
        { reason: 'run_by_user', jobId: job.id, count: 1 },
      ],
    });
    const jobs = (await system.client.agentJob.list()).filter(({ alertId }) => alertId === finished.alert.id);
    expect(jobs.map(({ id }) => id)).toEqual([job.id, finished.jobId]);
  });

  test('a running one tells its attempt, and is cancelled', async () => {
    const hook = await system.hookFor({ server: agent, config: inPlace });
    const alertId = await fire(hook, 'to be cancelled', '[[hang]]');
    const running = await eventually(async () => {
      const [job] = await system.client.alert.listAgents(alertId);
      const status = await system.client.agentJob.getStatus(job?.id ?? '');
      expect(status).toMatchObject({ status: 'processing', activity: expect.any(String) });
      expect(status.attempt).toBeGreaterThan(0);
      return job?.id ?? '';
    }, 500);
    expect(await ask('GET', `/agents/jobs/${running}/result`)).toMatchObject({ status: 409 });
    expect(await ask('POST', `/agents/jobs/${running}/cancel`)).toMatchObject({ status: 200 });
    expect(await ask('GET', `/agents/jobs/${running}/report`)).toMatchObject({ status: 409 });
    expect(await system.outcomeOf(alertId)).toMatchObject({ outcome: 'cancelled', jobId: running });
    expect(await pageOf(running)).toContain('<title>cancelled: ');
    expect(await ask('POST', `/agents/jobs/${running}/cancel`)).toMatchObject({ json: { job: { status: 'failed' } } });
  });
});
