import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '../support/eventually.ts';
import { type Agent, repositoryWith, sharedStockAgent } from '../support/system/agent-server.ts';
import { fire, inPlace, type System, sharedSystem } from '../support/system/system.ts';

const endedSchema = z.object({
  info: z.object({ role: z.string(), time: z.object({ completed: z.number().optional() }) }),
  parts: z.array(z.object({ state: z.object({ status: z.string() }).optional() })),
});

/** A server that asks, in this repository, before it edits: nobody answers, or somebody says no. */
describe('permissions', () => {
  let system: System;
  let agent: Agent;
  let repository: string;
  let config: Record<string, unknown>;
  beforeAll(async () => {
    [system, agent] = await Promise.all([sharedSystem(), sharedStockAgent()]);
    repository = await repositoryWith(agent, 'asks-before-it-edits', { permission: { edit: 'ask', bash: 'allow' } });
    config = { ...inPlace, directory: repository };
  });

  async function ask(path: string, body?: object): Promise<unknown> {
    const authorization = `Basic ${Buffer.from(`${agent.username}:${agent.password}`).toString('base64')}`;
    const init = body ? { method: 'POST', body: JSON.stringify(body) } : {};
    const headers = { authorization, 'content-type': 'application/json' };
    return (await fetch(`${agent.url}${path}`, { ...init, headers })).json();
  }

  test('a sub-agent asks for a permission: blocked, the session is aborted', async () => {
    const hook = await system.hookFor({ server: agent, config });
    const alertId = await fire(hook, 'sub-agent asks', `[[task {"prompt":"<<write {'path':'asked.txt'}>>"}]]`);
    const finished = await system.outcomeOf(alertId);
    expect(finished.outcome).toBe('blocked');
    expect(finished.cause).toMatch(/permission/);
    // The server cancels the sub-agent's work first, and its parent may get as far as its next model call. What was
    // begun has ended: nobody is at work, and every answer is complete.
    const messages = z.array(endedSchema).parse(await ask(`/session/${finished.session?.id}/message`));
    expect(messages.flatMap(({ parts }) => parts).map(({ state }) => state?.status)).toContain('error');
    expect(messages.filter(({ info }) => info.role === 'assistant' && info.time.completed === undefined)).toEqual([]);
    const session = z.object({ directory: z.string() }).parse(await ask(`/session/${finished.session?.id}`));
    expect(await ask(`/session/status?directory=${encodeURIComponent(session.directory)}`)).toEqual({});
  });

  test('a person rejects the permission: session_failed, naming it', async () => {
    const directory = encodeURIComponent(repository);
    const asked = async () =>
      z.array(z.object({ id: z.string() })).parse(await ask(`/permission?directory=${directory}`));
    const before = (await asked()).map(({ id }) => id);
    // The person is faster than the first poll.
    const hook = await system.hookFor({ server: agent, pollInterval: 20_000, config });
    const alertId = await fire(hook, 'rejected', '[[write {"path":"asked.txt"}]]');
    const request = await eventually(
      async () => z.object({ id: z.string() }).parse((await asked()).find(({ id }) => !before.includes(id))),
      200,
    );
    await ask(`/permission/${request.id}/reply?directory=${directory}`, { reply: 'reject' });
    const finished = await system.outcomeOf(alertId);
    expect(finished.outcome).toBe('session_failed');
    expect(finished.cause).toMatch(/write|edit|reject/i);
  });
});
