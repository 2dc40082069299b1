import type { Alert } from '@beepsdev/sdk';
import { beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type Agent, sharedAgent } from '../support/system/agent-server.ts';
import { fire, inPlace, type System, sharedSystem } from '../support/system/system.ts';

describe('an alert, with the official SDK on the real stack and server', () => {
  let system: System;
  let agent: Agent;
  beforeAll(async () => {
    [system, agent] = await Promise.all([sharedSystem(), sharedAgent()]);
  });

  test('is taken over, and resolved by a user, which stops its session', async () => {
    const { alert } = system.client;
    const hook = await system.hookFor({ server: agent, config: { ...inPlace, onResolve: 'stop' } });
    const here = (alerts: Alert[]) => alerts.filter(({ title }) => title === 'taken over').map((each) => each.id);
    const id = await fire(hook, 'taken over', '[[hang]]');
    const [responder] = await eventually(async () => {
      const responders = await alert.listResponders(id);
      expect(responders).toMatchObject([{ responderType: 'agent', status: 'on_it' }]);
      return responders;
    }, 400);
    expect(here(await alert.listActive())).toEqual([id]);

    await alert.onIt(id);
    const { summary, nextActions } = await alert.getFixContext(id);
    expect(summary).toMatchObject({ hasAgentResponder: true, hasHumanResponder: true, acknowledged: true });
    expect(nextActions.join('\n')).toContain(responder?.agentSessionId);

    expect(await alert.resolve(id)).toMatchObject({ resolvedBy: 'user', resolvedByUserId: 'admin' });
    const { outcome, session } = await system.outcomeOf(id);
    expect(outcome).toBe('cancelled');
    expect(session?.id).toBe(responder?.agentSessionId);
    expect(here(await alert.listActive())).toEqual([]);
    expect(here(await alert.listResolved())).toEqual([id]);
    expect(await alert.listResponders(id)).toContainEqual({
      ...responder,
      status: 'dropped',
      completedAt: expect.any(String),
    });
  });
});
