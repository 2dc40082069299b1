import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { type AgentServer, startAgentServer } from '../support/system/agent-server.ts';
import { fire, inPlace, type System, sharedSystem } from '../support/system/system.ts';

/** A server that asks before it edits: nobody answers, or somebody says no. */
describe('permissions', () => {
  let system: System;
  let agent: AgentServer;
  beforeAll(async () => {
    const asking = { permission: { edit: 'ask', bash: 'allow' } };
    [system, agent] = await Promise.all([sharedSystem(), startAgentServer({ config: asking })]);
  });
  afterAll(() => agent.stop());

  async function call(path: string, body?: object): Promise<unknown> {
    const authorization = `Basic ${Buffer.from(`${agent.username}:${agent.password}`).toString('base64')}`;
    const init = body ? { method: 'POST', body: JSON.stringify(body) } : {};
    const headers = { authorization, 'content-type': 'application/json' };
    return (await fetch(`${agent.url}${path}`, { ...init, headers })).json();
  }

  test('a sub-agent asks for a permission: blocked, the session is aborted', async () => {
    const hook = await system.hookFor({ server: agent });
    const alertId = await fire(hook, 'sub-agent asks', `[[task {"prompt":"<<write {'path':'asked.txt'}>>"}]]`);
    const finished = await system.outcomeOf(alertId);
    expect(finished.outcome).toBe('blocked');
    expect(finished.cause).toMatch(/permission/);
    const messages = JSON.stringify(await call(`/session/${finished.session?.id}/message`));
    expect(messages).toContain('MessageAbortedError');
  });

  test('a person rejects the permission: session_failed, naming it', async () => {
    const hook = await system.hookFor({ server: agent, pollInterval: 5_000, config: inPlace });
    const alertId = await fire(hook, 'rejected', '[[write {"path":"asked.txt"}]]');
    const directory = encodeURIComponent(agent.repository);
    const request = await vi.waitFor(
      async () => {
        const [pending] = z.array(z.object({ id: z.string() })).parse(await call(`/permission?directory=${directory}`));
        return z.object({ id: z.string() }).parse(pending);
      },
      { timeout: 60_000, interval: 50 },
    );
    await call(`/permission/${request.id}/reply?directory=${directory}`, { reply: 'reject' });
    const finished = await system.outcomeOf(alertId);
    expect(finished.outcome).toBe('session_failed');
    expect(finished.cause).toMatch(/write|edit|reject/i);
  });
});
