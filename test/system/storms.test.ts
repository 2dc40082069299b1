import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Agent, sharedAgent } from '../support/system/agent-server.ts';
import { fire, inPlace, type System, sharedSystem } from '../support/system/system.ts';

const stormSchema = z.object({
  alerts: z.number(),
  jobId: z.string(),
  rootCause: z.object({ alertId: z.string(), by: z.string() }),
});

/** A storm on the synthesized stack and a real OpenCode server: 15 s of real time pass before it is calm. */
describe('a storm', () => {
  let system: System;
  let agent: Agent;
  beforeAll(async () => {
    [system, agent] = await Promise.all([sharedSystem(), sharedAgent()]);
  });

  async function endOf(arn: string): ReturnType<System['execution']> {
    for (;;) {
      const execution = await system.execution(arn);
      if (execution.status !== 'RUNNING') return execution;
      await setTimeout(500);
    }
  }

  test('is one session beside the first, and both tell the same story', async () => {
    const storm = { stormThreshold: 3, stormWindowSeconds: 60, maxImmediateDispatches: 1 };
    const { hook, relayId } = await system.relayFor({ server: agent, config: inPlace, ...storm });
    const first = await fire(hook, 'the first', '[[text]]');
    await system.outcomeOf(first);
    const held: string[] = [];
    for (const title of ['the second', 'the third', 'the fourth']) held.push(await fire(hook, title, '[[text]]'));

    const outcomes = await Promise.race(held.map((alertId) => system.outcomeOf(alertId)));
    expect(outcomes.outcome).toBe('no_changes');
    const [arn, ...others] = await system.executionsOf(relayId, 'StormMachineArn');
    expect(others).toEqual([]);
    const execution = await endOf(arn ?? '');
    expect(execution.status).toBe('SUCCEEDED');
    const output = stormSchema.parse(JSON.parse(execution.output ?? ''));
    expect(output).toMatchObject({ alerts: 3, jobId: outcomes.jobId, rootCause: { by: 'fallback' } });
    expect(held).toContain(output.rootCause.alertId);
    expect(await system.executionsOf(relayId)).toHaveLength(2);
    // The session is a child: it names the storm's execution, by which the console links the two.
    expect(JSON.parse((await system.execution(outcomes.executionArn)).input)).toMatchObject({
      why: { reason: 'storm_triaged' },
      AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: arn,
    });
  });
});
