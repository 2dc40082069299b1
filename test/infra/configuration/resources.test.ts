import { describe, expect, test } from 'vitest';
import { permissionsByRole } from '../../support/permissions.ts';
import { referenceText } from '../../support/references.ts';
import { resourcesIn, synthesizedTemplate, withApp } from '../../support/stack.ts';

const boundary = 'arn:aws:iam::111122223333:policy/Boundary';
const context = {
  tableName: 'restored',
  permissionsBoundaryArn: boundary,
  deliveryConsumers: 3,
  webhookConsumers: '4',
};
const template = synthesizedTemplate(context);
const { ofType, named } = resourcesIn(template);

describe('what the resources are made with', () => {
  test('stands in the metadata of the template, every key of it', () => {
    expect(template.Metadata).toEqual({
      OpencodeRelayConfiguration: expect.objectContaining({
        stackName: 'OpencodeRelay',
        tableName: 'restored',
        deliveryConsumers: 3,
        webhookConsumers: 4,
        logRetentionDays: 90,
        snsTopics: {},
      }),
    });
  });

  test('a table that is there takes the place of its own: functions are sent to it, and may use it and its index', () => {
    expect(ofType('AWS::DynamoDB::Table')).toEqual([]);
    expect(template.Outputs.TableName?.Value).toBe('restored');
    const told = ofType('AWS::Lambda::Function').flatMap(([, { Properties }]) => {
      const { Variables } = Object(Properties.Environment);
      return Variables?.TABLE_NAME ?? [];
    });
    expect(new Set(told)).toEqual(new Set(['restored']));
    const resources = [...permissionsByRole(template).values()]
      .flat()
      .flatMap(({ action, resource }) => (action.startsWith('dynamodb:') ? [resource] : []));
    const arn = 'arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/restored';
    expect(new Set(resources)).toEqual(new Set([arn, `${arn}/index/newest`]));
  });

  test('every role has the boundary, and none has one unless it is configured', () => {
    const roles = ofType('AWS::IAM::Role').map(([, { Properties }]) => Properties.PermissionsBoundary);
    expect(new Set(roles)).toEqual(new Set([boundary]));
    expect(JSON.stringify(synthesizedTemplate())).not.toContain('PermissionsBoundary');
  });

  test('so many calls at once empty each queue', () => {
    const consumers = ofType('AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => [
      referenceText(Properties.EventSourceArn),
      Properties.ScalingConfig,
    ]);
    expect(Object.fromEntries(consumers)).toEqual({
      '<DeliveriesQueue.Arn>': { MaximumConcurrency: 3 },
      '<WebhookCallsQueue.Arn>': { MaximumConcurrency: 4 },
    });
  });

  test('the protection of the table can be taken off, to roll back or to destroy', () => {
    const open = resourcesIn(synthesizedTemplate({ deletionProtection: 'off' }));
    expect(open.only('AWS::DynamoDB::Table').Properties.DeletionProtectionEnabled).toBe(false);
  });

  test('tags are of the stack, whose resources CloudFormation gives them to', () => {
    const tags = withApp({ tags: { team: 'checkout' } }, (app) => app.synth().stacks[0]?.tags);
    expect(tags).toEqual({ team: 'checkout' });
    expect(named('AWS::Lambda::Function', 'Manage').Properties).not.toHaveProperty('Tags');
  });
});
