import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AgentServer, startAgentServer } from '../support/system/agent-server.ts';
import { polledJob } from '../support/system/polled-job.ts';
import { fire, inPlace, type System, sharedSystem } from '../support/system/system.ts';

let system: System;
let agent: AgentServer;
beforeAll(async () => {
  [system, agent] = await Promise.all([sharedSystem(), startAgentServer()]);
});
afterAll(() => agent.stop());

test('the server is killed and restarted mid-session: the run ends, with its story told', async () => {
  const hook = await system.hookFor({ server: agent, config: inPlace });
  const alertId = await fire(hook, 'server killed', '[[slow {"n":16,"gap":500}]]');
  await polledJob(system, alertId);
  await agent.restart();
  const finished = await system.outcomeOf(alertId);
  expect(['no_changes', 'session_lost']).toContain(finished.outcome);
});
