import aslValidator from 'asl-validator';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { stormLimits, stormTimeoutSeconds } from '../../../../functions/contract/storm.ts';
import { synthesizedDefinition } from '../../../support/definition.ts';
import { synthesizedTemplate } from '../../../support/stack.ts';

const definition = synthesizedDefinition(synthesizedTemplate(), 'Storms');
const stateSchema = z.looseObject({
  Type: z.string(),
  Comment: z.string().optional(),
  Resource: z.string().optional(),
  TimeoutSeconds: z.number().optional(),
  Catch: z.array(z.object({ ErrorEquals: z.array(z.string()), Next: z.string() })).default([]),
});
const { States, QueryLanguage, TimeoutSeconds } = z
  .looseObject({ QueryLanguage: z.string(), TimeoutSeconds: z.number(), States: z.record(z.string(), stateSchema) })
  .parse(definition);
const text = JSON.stringify(definition);
const tasks = Object.entries(States).filter(([, { Type }]) => Type === 'Task');

describe('the definition of a storm', () => {
  test('is valid Amazon States Language, in JSONata everywhere', () => {
    const { errorsText } = aslValidator(definition);
    expect(errorsText('\n')).toBe('');
    expect(QueryLanguage).toBe('JSONata');
    expect(text).not.toMatch(/"(InputPath|OutputPath|ResultPath|Parameters|ResultSelector|SecondsPath|\w+\.\$)":/);
  });

  test('is read from its states, each with a comment for the operator', () => {
    expect(Object.keys(States).sort()).toEqual([
      'Already under investigation',
      'Begin storm',
      'Check storm',
      'Find root cause',
      'Not dispatched',
      'Record root cause',
      'Released',
      'Storm dispatched',
      'Storm failed',
      'Storm over?',
      'Storm triaged?',
      'Triage storm',
      'Wait for storm',
    ]);
    for (const [name, { Comment }] of Object.entries(States)) expect(Comment, name).toBeDefined();
  });

  test('runs its session as a child that the console links', () => {
    expect(States['Find root cause']).toMatchObject({
      Resource: expect.stringMatching(/:states:startExecution\.sync:2$/),
      Arguments: {
        Name: '{% $triage.job.id %}',
        Input: expect.stringContaining("'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID': $states.context.Execution.Id"),
        StateMachineArn: expect.stringMatching(/:stateMachine:SessionsMachine/),
      },
    });
  });

  test('has an end for every error, and a time limit for every function', () => {
    for (const [name, { Catch }] of tasks)
      expect(Catch.at(-1), name).toEqual({ ErrorEquals: ['States.ALL'], Next: 'Storm failed' });
    const limits = tasks.flatMap(([, { Resource, TimeoutSeconds: seconds }]) =>
      Resource?.includes('lambda') ? [seconds] : [],
    );
    expect(limits.sort()).toEqual([125, 65, 65]);
    expect(TimeoutSeconds).toBe(stormTimeoutSeconds);
  });

  test('bounds its one loop by visits, well below the history that an execution may have', () => {
    expect(text).toContain(`$visits >= ${stormLimits.visits}`);
    expect(stormLimits.visits * 9).toBeLessThan(25_000 * 0.8);
  });
});
