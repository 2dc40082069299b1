import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { referenceText } from '../support/references.ts';
import { resourcesIn, synthesizedTemplate } from '../support/stack.ts';

const { ofType } = resourcesIn(synthesizedTemplate());

describe('roles', () => {
  const trustSchema = z.object({
    AssumeRolePolicyDocument: z.object({
      Statement: z.tuple([
        z.strictObject({
          Action: z.literal('sts:AssumeRole'),
          Effect: z.literal('Allow'),
          Principal: z.strictObject({ Service: z.string() }),
        }),
      ]),
    }),
    ManagedPolicyArns: z.undefined().optional(),
  });
  const trusted = ofType('AWS::IAM::Role').map(([id, { Properties }]): [string, string] => {
    const [{ Principal }] = trustSchema.parse(Properties).AssumeRolePolicyDocument.Statement;
    return [referenceText({ Ref: id }), Principal.Service];
  });

  test('a function, a machine and a schedule has its own each, which nobody else may assume', () => {
    const owners = [
      ...ofType('AWS::Lambda::Function').map(([id, { Properties }]) => ({
        role: referenceText({ Ref: id }).replace('Function>', 'Role>'),
        uses: referenceText(Properties.Role),
        service: 'lambda.amazonaws.com',
      })),
      ...ofType('AWS::StepFunctions::StateMachine').map(([id, { Properties }]) => ({
        role: referenceText({ Ref: id }).replace('Machine>', 'Role>'),
        uses: referenceText(Properties.RoleArn),
        service: 'states.amazonaws.com',
      })),
      ...ofType('AWS::Scheduler::Schedule').map(([id, { Properties }]) => ({
        role: referenceText({ Ref: id }).replace('Schedule>', 'Role>'),
        uses: referenceText(z.object({ RoleArn: z.unknown() }).parse(Properties.Target).RoleArn),
        service: 'scheduler.amazonaws.com',
      })),
    ];
    for (const { role, uses } of owners) expect(uses).toBe(role.replace('>', '.Arn>'));
    expect(trusted.sort()).toEqual(owners.map(({ role, service }) => [role, service]).sort());
  });
});
