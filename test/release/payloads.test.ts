import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { executionInputSchema, taskInputs } from '../../functions/contract/execution.ts';
import { relayRunInputSchema, stepInputSchema } from '../../functions/contract/relay-run.ts';
import { stormInputSchema, stormTaskInputs } from '../../functions/contract/storm.ts';
import { parseTolerantly } from '../../functions/contract/tolerant.ts';
import { releasedPayloads, releasedTemplate } from '../support/release.ts';
import { playRelayRun, playSessions, playStormOfTen, sessionInputs } from '../support/release-scenarios.ts';

const { executions, crossings } = releasedPayloads();
const template = releasedTemplate();

/** What each function takes today, by the construct that the last release called. */
const inputs: Record<string, z.ZodType | undefined> = {
  CreateSession: taskInputs.createSession,
  SendPrompt: taskInputs.sendPrompt,
  PollSession: taskInputs.pollSession,
  AbortSession: taskInputs.abortSession,
  CollectResult: taskInputs.collectResult,
  DecideStep: stepInputSchema,
  CheckStorm: stormTaskInputs.checkStorm,
  TriageStorm: stormTaskInputs.triageStorm,
  RecordRootCause: stormTaskInputs.recordRootCause,
};

/** Undefined where today's code takes it. */
function refusal(name: string, payload: unknown): string | undefined {
  const schema = inputs[name];
  if (!schema) return `${name} is not there any more`;
  const parsed = parseTolerantly(schema, payload);
  return parsed.success ? undefined : `${name}: ${parsed.error.message}`;
}

describe('what executions of the last release carry', () => {
  test.each(crossings.map(({ function: name, input }, index) => [`${name} ${index}`, name, input] as const))(
    '%s is taken by the function of today',
    (_, name, input) => {
      expect(refusal(name, input)).toBeUndefined();
    },
  );

  test('what they were started with is taken by whoever reads it when they have stopped', () => {
    for (const input of executions.Sessions) expect(parseTolerantly(executionInputSchema, input).success).toBe(true);
    for (const input of executions.RelayRuns) expect(parseTolerantly(relayRunInputSchema, input).success).toBe(true);
    for (const input of executions.Storms) expect(parseTolerantly(stormInputSchema, input).success).toBe(true);
  });

  test('each function that its workflows call is among them', () => {
    expect(new Set(crossings.map((each) => each.function))).toEqual(new Set(Object.keys(inputs)));
  });

  test('a field that is required and was not there would be seen', () => {
    const poll = crossings.find((each) => each.function === 'PollSession');
    const { memory, ...old } = taskInputs.pollSession.parse(poll?.input);
    expect(refusal('PollSession', old)).toContain('memory');
    expect(refusal('PollSession', { ...old, memory, addedLater: true })).toBeUndefined();
  });
});

describe('the definitions of the last release come to the same ends with the functions of today', () => {
  test.each(executions.Sessions.map((input, index) => [index, input] as const))('session %s', async (index, old) => {
    const input = executionInputSchema.parse(old);
    const [before, now] = await Promise.all([
      playSessions({ template, input }),
      playSessions({ ...(sessionInputs()[index] && { input: sessionInputs()[index] }) }),
    ]);
    expect(before).toEqual(now);
    expect(before.map(({ ending }) => ending)).toContain('SUCCEEDED diff_ready');
  });

  test('relay run', async () => {
    const { ending, world } = await playRelayRun({ template });
    expect(ending?.status).toBe('SUCCEEDED');
    expect(world.ledger()).toEqual(['a started 1', 'b started 1']);
  });

  test('storm', async () => {
    const { storms } = await playStormOfTen({ template });
    expect(storms.map(({ ending }) => ending?.status)).toEqual(['SUCCEEDED']);
  });
});
