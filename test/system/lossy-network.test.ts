import { beforeAll, describe, expect, test } from 'vitest';
import { type Agent, sharedAgent } from '../support/system/agent-server.ts';
import { startLossyProxy } from '../support/system/lossy-proxy.ts';
import { fire, type System, sharedSystem } from '../support/system/system.ts';

/** Answers that never arrive, and a gateway that refuses, between the synthesized stack and a real OpenCode server. */
describe('a lossy network', () => {
  let system: System;
  let agent: Agent;
  beforeAll(async () => {
    [system, agent] = await Promise.all([sharedSystem(), sharedAgent()]);
  });

  test('what is repeated after a lost answer, the session and its prompt: one session, one run', async () => {
    const loses = ['POST /session?', '/prompt_async'];
    const proxy = await startLossyProxy(agent.url, (call) => loses.some((part) => call.includes(part)));
    const hook = await system.hookFor({ server: { ...agent, url: proxy.url } });
    const finished = await system.outcomeOf(await fire(hook, 'lost answers', '[[write {"path":"once.txt"}]]'));
    expect(finished.outcome).toBe('diff_ready');
    expect(proxy.lost).toBe(2);
    // Later ones are for commands of our own on the server.
    const beforePrompt = proxy.forwarded.slice(
      0,
      proxy.forwarded.findIndex((call) => call.includes('/prompt_async')),
    );
    const creations = beforePrompt.filter((call) => call.startsWith('POST /session?'));
    expect(creations).toHaveLength(1);
    await proxy.close();
  });

  test('a proxy that fails a third of all requests: each call meets that itself, and the patch is whole', async () => {
    const proxy = await startLossyProxy(agent.url, () => false, { refusesEvery: 3 });
    const hook = await system.hookFor({ server: { ...agent, url: proxy.url } });
    const finished = await system.outcomeOf(await fire(hook, 'flaky proxy', '[[write {"path":"flaky.txt"}]]'));
    expect(finished).toMatchObject({ outcome: 'diff_ready', result: { files: 1 } });
    expect(JSON.stringify(await system.history(finished.executionArn))).not.toContain('ServerUnreachable');
    await proxy.close();
  });
});
