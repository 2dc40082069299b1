import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { relay } from '../../infra/commands/relay.ts';
import { createSampleRepository } from '../../infra/local/opencode/sample-repository.ts';
import { type Agent, sharedAgent } from '../support/system/agent-server.ts';
import { bash } from '../support/system/driver.ts';
import { fire, output, type System, sharedSystem } from '../support/system/system.ts';

/** What an agent leaves in the git folder that all sessions of a repository share, with a real OpenCode server. */
describe('one session must not reach the next', () => {
  let system: System;
  let agent: Agent;
  beforeAll(async () => {
    [system, agent] = await Promise.all([sharedSystem(), sharedAgent()]);
  });

  test('what an agent leaves for git to run keeps the next session from beginning, until it is accepted', async () => {
    const directory = join(agent.repository, '..', 'git-folder');
    await createSampleRepository(directory);
    const mark = join(agent.repository, '..', 'git-folder-mark');
    const { hook, relayId } = await system.relayFor({ server: agent, config: { directory } });
    // The environment of a guarded server stops hooks and the monitor, and no filter.
    const attack = [
      `git config core.fsmonitor "touch ${mark}"`,
      `git config filter.leave.smudge "sh -c 'touch ${mark}; cat'"`,
      'echo "* filter=leave" >> "$(git rev-parse --git-common-dir)/info/attributes"',
    ].join('\n');
    const script = bash(`echo ${Buffer.from(attack).toString('base64')} | base64 -d | sh`);

    const first = await system.outcomeOf(await fire(hook, 'the first alert', script));
    const changed = ['config core.fsmonitor', 'config filter.smudge', 'info/attributes'];
    expect(first.outcome).toBe('no_changes');
    expect(first.cause).toContain(changed.join(', '));
    const manifest: unknown = JSON.parse(await system.object(first.result?.bucket ?? '', first.result?.manifest ?? ''));
    expect(manifest).toMatchObject({ gitFolder: { changed, jobIds: [first.jobId] } });

    await rm(mark, { force: true });
    const second = await system.outcomeOf(await fire(hook, 'the second alert', bash('true')));
    expect(second).toMatchObject({ outcome: 'workspace_failed', session: null });
    expect(second.cause).toContain(`meanwhile ran ${first.jobId}`);
    expect(second.cause).toContain(`npm run accept -- ${second.jobId}`);
    const { issues } = await system.client.relay.lint(relayId, { coverageDays: 1, live: true } as object);
    expect(issues.map(({ code }) => code)).toContain('rule.git_folder_changed');
    expect(existsSync(mark)).toBe(false);

    const environment = { API_URL: output(system.stack, 'ApiUrl'), API_TOKEN: system.apiToken };
    const world = { environment, now: new Date(), fetch, wait };
    const accepted = await relay(['accept', second.jobId], world);
    expect(accepted).toMatchObject({ code: 0, stderr: '' });
    expect(accepted.stdout).toContain(changed.map((name) => `  changed: ${name}`).join('\n'));

    const third = await system.outcomeOf(await fire(hook, 'the third alert', bash('true')));
    expect(third).toMatchObject({ outcome: 'no_changes' });
    // It was accepted unmended: the refusal is what had kept it from running.
    expect(existsSync(mark)).toBe(true);
  });
});
