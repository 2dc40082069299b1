import aslValidator from 'asl-validator';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { relayRunTimeoutSeconds } from '../../../../functions/contract/limits.ts';
import { synthesizedDefinition } from '../../../support/definition.ts';
import { synthesizedTemplate } from '../../../support/stack.ts';

const definition = synthesizedDefinition(synthesizedTemplate(), 'RelayRuns');
const catchSchema = z.array(z.object({ ErrorEquals: z.array(z.string()), Next: z.string() })).default([]);
const statesSchema = z.record(
  z.string(),
  z.looseObject({ Type: z.string(), Comment: z.string().optional(), Catch: catchSchema }),
);
const { States, QueryLanguage, TimeoutSeconds } = z
  .looseObject({
    QueryLanguage: z.string(),
    TimeoutSeconds: z.number(),
    States: z.looseObject({ Groups: z.looseObject({ ItemProcessor: z.looseObject({ States: statesSchema }) }) }),
  })
  .parse(definition);
const inner = States.Groups.ItemProcessor.States;
const text = JSON.stringify(definition);

describe('the definition of a relay run', () => {
  test('is valid Amazon States Language, in JSONata everywhere', () => {
    const { errorsText } = aslValidator(definition);
    expect(errorsText('\n')).toBe('');
    expect(QueryLanguage).toBe('JSONata');
    expect(text).not.toMatch(/"(InputPath|OutputPath|ResultPath|Parameters|ResultSelector|SecondsPath|\w+\.\$)":/);
  });

  test('is read from its states', () => {
    expect(Object.keys(inner).sort()).toEqual([
      'Begin group',
      'Decide step',
      'Group failed',
      'Group over',
      'Run session',
      'Session ended?',
      'Step decided?',
      'Wait for next round',
      'Wait for turn',
    ]);
    expect(Object.keys(States).sort()).toEqual(['All groups ended?', 'Groups', 'Relay run failed', 'Run finished']);
  });

  test('ends before Step Functions ends it, which takes no execution beyond a year', () => {
    expect(TimeoutSeconds).toBe(relayRunTimeoutSeconds);
    expect(TimeoutSeconds).toBeLessThan(365 * 86_400);
  });

  test('runs sessions as children that the console links', () => {
    expect(inner['Run session']).toMatchObject({
      Resource: expect.stringMatching(/:states:startExecution\.sync:2$/),
      Arguments: {
        Name: '{% $decision.job.id %}',
        Input: expect.stringContaining("'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID': $states.context.Execution.Id"),
        StateMachineArn: expect.stringMatching(/:stateMachine:SessionsMachine/),
      },
    });
  });

  test('lets no error of a group stop the others', () => {
    for (const name of ['Decide step', 'Run session']) {
      expect(inner[name]?.Catch.at(-1)).toMatchObject({ ErrorEquals: ['States.ALL'], Next: 'Group failed' });
    }
  });
});
