import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { checkCases, judgedBy } from '../support/check-cases.ts';
import { eventually } from '../support/eventually.ts';
import { isLong } from '../support/property-runs.ts';
import { type Agent, sharedAgent } from '../support/system/agent-server.ts';
import { connectDriver } from '../support/system/driver.ts';
import { fire, type System, sharedSystem } from '../support/system/system.ts';

/** The rule's commands on a real OpenCode server. */
describe('checks', () => {
  let system: System;
  let agent: Agent;
  beforeAll(async () => {
    [system, agent] = await Promise.all([sharedSystem(), sharedAgent()]);
  });

  const write = (path: string) => `[[write ${JSON.stringify({ path, content: 'fixed\n' })}]]`;

  test('one that fails goes back to the agent, and the result is collected anew; what was red before is not held against it', async () => {
    const calls = [{ name: 'write', input: { filePath: 'second.txt', content: 'fixed\n' } }];
    const corrects = `[[calls ${JSON.stringify({ calls })}]]`;
    const command = `touch litter; test -f second.txt || { printf %s '${corrects}'; exit 1; }`;
    const verify = [
      { name: 'complete', command, minutes: 1 },
      { name: 'never green', command: 'echo {{alert.title}}; test -f never', minutes: 1, on: 'base_and_patch' },
    ];
    const config = { verify, verifyRequired: true, verifyRetries: 1, maxChangedFiles: 2, agentVerdict: true };
    const hook = await system.hookFor({ server: agent, config });
    const finished = await system.outcomeOf(await fire(hook, 'corrected', write('first.txt')));

    const checks = [
      { name: 'complete', verdict: 'passed', exitCode: 0 },
      { name: 'never green', verdict: 'was_red_before', exitCode: 1, output: '{{alert.title}}' },
    ];
    expect(finished).toMatchObject({
      outcome: 'diff_ready',
      checks,
      agentVerdict: null,
      result: { files: 2, additions: 2 },
    });
    expect(finished.cause).toMatch(/^Checks: complete passed, never green was red before\. The agent changed 2 files/);
    const { bucket, patch, manifest } = finished.result ?? { bucket: '', patch: null, manifest: '' };
    expect(await system.object(bucket, patch ?? '')).not.toContain('litter');
    expect(JSON.parse(await system.object(bucket, manifest))).toMatchObject({
      ...{ checks, patchCheck: 'applied', agentVerdict: null },
    });
    const history = JSON.stringify(await system.history(finished.executionArn));
    for (const state of ['Keep result', 'Start checks', 'Look at checks', 'Send findings'])
      expect(history).toContain(`"name":"${state}"`);
    const lines = await system.client.alert.listAgents(finished.alert.id);
    expect(lines).toMatchObject([{ status: 'completed', jobData: { checks } }]);
    expect(await connectDriver(agent).listWorktrees(agent.repository)).not.toContainEqual(
      expect.stringContaining(finished.jobId.replace('job_', '')),
    );
  });

  test('are judged right, and leave nothing in the patch', async () => {
    const server = connectDriver(agent);
    const scratch = await mkdtemp(join(tmpdir(), 'opencode-relay-scratch-'));
    onTestFinished(() => rm(scratch, { recursive: true }));
    const directory = await server.createWorktree(agent.repository, 'checked');
    await eventually(async () => expect(await server.isCheckedOut(directory)).toBe(true));
    const baseCommit = await server.headCommit(directory);
    await writeFile(join(directory, 'fixed.txt'), 'fixed\n');
    const place = { id: 'onTheServer', repository: agent.repository };
    const cases = checkCases(scratch, place.id).filter(({ everyTime }) => isLong || everyTime);
    const checks = cases.map(({ command, seconds = 60, onBase = false }) => ({ command, seconds, onBase }));
    expect(await server.startChecks({ ...place, directory, baseCommit, own: true, checks })).toBe(true);
    const seen = await eventually(async () => {
      const looked = await server.lookAtChecks(place);
      expect(looked?.state).toBe('done');
      return looked;
    }, 1_000);
    const secrets = { username: agent.username, password: agent.password };
    const judged = await judgedBy(cases, seen?.runs ?? [], secrets, (runs) => server.checkOutputs(place, runs));
    expect(judged).toEqual(cases.map(({ name, verdict }) => ({ name, verdict, unsaid: [], said: [] })));
    const changed = await server.workingTreeDiff({ directory, baseCommit, own: true });
    expect(changed?.map(({ path }) => path)).toEqual(['fixed.txt']);
    expect(await server.endChecks(place)).toBe(true);
  });
});
