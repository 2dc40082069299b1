import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { sessionFinishedSchema } from '../../../functions/contract/events.ts';
import { collectedSchema, pollMemorySchema, taskInputs } from '../../../functions/contract/execution.ts';
import { synthesizedDefinition } from '../../support/definition.ts';

const fields = z.record(z.string(), z.unknown());
const { States } = z.object({ States: z.record(z.string(), fields) }).parse(synthesizedDefinition());
const keysOf = (schema: { shape: object }) => Object.keys(schema.shape).sort();

describe('what the workflow hands over is what the contract names', () => {
  test.each([
    ['Create session', taskInputs.createSession],
    ['Send prompt', taskInputs.sendPrompt],
    ['Poll session', taskInputs.pollSession],
    ['Abort session', taskInputs.abortSession],
    ['Start checks', taskInputs.verifyPatch],
    ['Look at checks', taskInputs.verifyPatch],
    ['Send findings', taskInputs.sendFindings],
    ['Keep result', taskInputs.collectResult.omit({ checks: true })],
    ['Collect result', taskInputs.collectResult.omit({ keep: true })],
    ['Record outcome', taskInputs.collectResult.omit({ keep: true })],
  ])('input of %s', (name, schema) => {
    const { Arguments } = z.object({ Arguments: z.object({ Payload: fields }) }).parse(States[name]);
    expect(Object.keys(Arguments.Payload).sort()).toEqual(keysOf(schema));
  });

  test('the event', () => {
    const entrySchema = z.object({ Detail: fields });
    const publish = z.object({ Arguments: z.object({ Entries: z.array(entrySchema).length(1) }) });
    const [entry] = publish.parse(States['Publish outcome']).Arguments.Entries;
    expect(Object.keys(entry?.Detail ?? {}).sort()).toEqual(keysOf(sessionFinishedSchema));
  });

  test('the memory of the first poll', () => {
    const { Assign } = z.object({ Assign: z.object({ memory: pollMemorySchema }) }).parse(States.Begin);
    expect(Assign.memory).toMatchObject({ resent: false, unreachablePolls: 0 });
  });

  test('what stands in where Record outcome itself failed', () => {
    const rule = z.object({ Assign: z.object({ collected: fields.optional() }).optional() });
    const { Choices } = z.object({ Choices: z.array(rule) }).parse(States['Try again?']);
    const [collected, ...others] = Choices.flatMap(({ Assign }) => Assign?.collected ?? []);
    expect(Object.keys(collected ?? {}).sort()).toEqual(keysOf(collectedSchema));
    expect(others).toEqual([]);
  });
});
