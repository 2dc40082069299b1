import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type AgentServer, startAgentServer } from '../support/system/agent-server.ts';
import { fire, type System, startSystem } from '../support/system/system.ts';

const patience = { timeout: 60_000, interval: 200 };

describe('an alert, with the official SDK on the real stack and server', () => {
  let system: System;
  let agent: AgentServer;
  beforeAll(async () => {
    [system, agent] = await Promise.all([startSystem(), startAgentServer()]);
  });
  afterAll(async () => {
    await Promise.all([system.stop(), agent.stop()]);
  });

  test('is taken over, and resolved by a user, which stops its session', async () => {
    const { alert } = system.client;
    const hook = await system.hookFor({ server: agent, config: { onResolve: 'stop' } });
    const id = await fire(hook, 'taken over', '[[hang]]');
    const [responder] = await vi.waitFor(async () => {
      const responders = await alert.listResponders(id);
      expect(responders).toMatchObject([{ responderType: 'agent', status: 'on_it' }]);
      return responders;
    }, patience);
    expect((await alert.listActive()).map((each) => each.id)).toEqual([id]);

    await alert.onIt(id);
    const { summary, nextActions } = await alert.getFixContext(id);
    expect(summary).toMatchObject({ hasAgentResponder: true, hasHumanResponder: true, acknowledged: true });
    expect(nextActions.join('\n')).toContain(responder?.agentSessionId);

    expect(await alert.resolve(id)).toMatchObject({ resolvedBy: 'user', resolvedByUserId: 'admin' });
    const { outcome, session } = await system.outcomeOf(id);
    expect(outcome).toBe('cancelled');
    expect(session?.id).toBe(responder?.agentSessionId);
    expect(await alert.listActive()).toEqual([]);
    expect((await alert.listResolved()).map((each) => each.id)).toEqual([id]);
    expect(await alert.listResponders(id)).toContainEqual({
      ...responder,
      status: 'dropped',
      completedAt: expect.any(String),
    });
  });
});
