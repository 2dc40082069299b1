import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { isLong } from '../support/property-runs.ts';
import { type Agent, sharedAgent } from '../support/system/agent-server.ts';
import { heldScript } from '../support/system/held.ts';
import { polledJob } from '../support/system/polled-job.ts';
import { fire, inPlace, output, type RuleOptions, type System, sharedSystem } from '../support/system/system.ts';

type Limit = [what: string, script: string, config: Record<string, unknown>, cause: RegExp];

/** Limits of sessions on the synthesized stack and a real OpenCode server. */
describe('limits', () => {
  let system: System;
  let agent: Agent;
  beforeAll(async () => {
    [system, agent] = await Promise.all([sharedSystem(), sharedAgent()]);
  });
  const hookFor = (options: Partial<RuleOptions>) => system.hookFor({ server: agent, ...options });

  const ofMessages: Limit = [
    ...(['messages', '[[writehang {"path":"partial.txt"}]]', { maxMessages: 1 }] as const),
    /made 2 model calls, the limit is 1 /,
  ];
  // Each call of the scripted model is 150 tokens.
  const ofTokens: Limit = [
    ...(['tokens', '[[writehang {"path":"partial.txt","n":8}]]', { maxTokens: 1_000 }] as const),
    /used \d+ tokens, the limit is 1000 /,
  ];
  test.each(isLong ? [ofMessages, ofTokens] : [ofMessages])(
    'a session that passes its limit of %s is stopped, and keeps its partial diff',
    async (what, script, config, cause) => {
      const finished = await system.outcomeOf(await fire(await hookFor({ config }), `too many ${what}`, script));
      expect(finished).toMatchObject({ outcome: 'budget_exceeded', result: { files: 1 } });
      expect(finished.cause).toMatch(cause);
      expect(finished.cause).toContain('Its changes so far are kept: 1 file');
      const { bucket, patch } = finished.result ?? { bucket: '', patch: null };
      expect(await system.object(bucket, patch ?? '')).toContain('partial.txt');
      const execution = await system.execution(finished.executionArn);
      expect(execution).toMatchObject({ status: 'FAILED', error: 'budget_exceeded', cause: finished.cause });
    },
  );

  test('a session beyond the concurrent ones of its integration waits for its place, and then does its work', async () => {
    const hook = await hookFor({ metadata: { maxConcurrentSessions: 1 }, config: inPlace });
    const { script, release } = await heldScript();
    const first = await fire(hook, 'first in', script);
    await polledJob(system, first);
    const second = await fire(hook, 'second in', '[[text]]');
    await polledJob(system, second, 'Wait for a free slot');
    await release();
    const finished = await Promise.all([system.outcomeOf(first), system.outcomeOf(second)]);
    expect(finished.map(({ outcome }) => outcome)).toEqual(['no_changes', 'no_changes']);
    const histories = await Promise.all(finished.map(({ executionArn }) => system.history(executionArn)));
    const waits = histories.map((history) => JSON.stringify(history).includes('Wait for a free slot'));
    expect(waits.filter((waited) => waited)).toHaveLength(1);
    expect(JSON.stringify(histories)).toContain('takes 1 at once (maxConcurrentSessions), at work: job_');
  });

  test('a rule that has had its sessions of the day starts no more, and says why', async () => {
    const hook = await hookFor({ config: { ...inPlace, maxSessionsPerDay: 1 } });
    await system.outcomeOf(await fire(hook, 'the one of the day', '[[text]]'));
    const alertId = await fire(hook, 'one too many', '[[text]]');
    await expect
      .poll(() => reasonsOf(alertId))
      .toEqual([['budget', expect.stringContaining('The sessions of the day are used up for the rule rul_')]]);
    expect(await system.client.alert.listAgents(alertId)).toEqual([]);
  });

  async function reasonsOf(alertId: string): Promise<string[][]> {
    const response = await fetch(`${output(system.stack, 'ApiUrl')}/alerts/${alertId}/decisions`, {
      headers: { authorization: `Bearer ${system.apiToken}` },
    });
    return decisionsSchema.parse(await response.json()).decisions.map(({ reason, sentence }) => [reason, sentence]);
  }
});

const decisionsSchema = z.object({ decisions: z.array(z.object({ reason: z.string(), sentence: z.string() })) });
