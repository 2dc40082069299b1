import { describe, expect, test } from 'vitest';
import { permissionsByRole } from '../support/permissions.ts';
import { synthesizedTemplate } from '../support/stack.ts';

const roles = permissionsByRole(synthesizedTemplate());

/** Actions of a role, without what every function may do: log and trace. */
const actionsOf = (role: string): string[] =>
  (roles.get(role) ?? [])
    .map(({ action }) => action)
    .filter((action) => !action.startsWith('logs:') && !action.startsWith('xray:'))
    .sort();

const rolesThatMay = (action: string, resource: RegExp): string[] =>
  [...roles]
    .filter(([, permissions]) => permissions.some((each) => each.action === action && resource.test(each.resource)))
    .map(([role]) => role)
    .sort();

const readsJob = ['dynamodb:GetItem', 'dynamodb:UpdateItem'];
const usesTable = ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'];
const consumes = [
  'sqs:ChangeMessageVisibility',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:GetQueueUrl',
  'sqs:ReceiveMessage',
];
const readSecret = 'secretsmanager:GetSecretValue';

describe('each role may do what its function does and nothing else', () => {
  const expected: [role: string, actions: string[]][] = [
    ['ReceiveAlertRole', ['dynamodb:GetItem', 'sqs:SendMessage']],
    ['RouteAlertRole', [...usesTable, ...consumes, 'states:StartExecution']],
    ['ManageRole', [...usesTable, 'secretsmanager:CreateSecret', 'secretsmanager:PutSecretValue', readSecret]],
    ['CreateSessionRole', [...readsJob, readSecret]],
    ['SendPromptRole', [...readsJob, readSecret]],
    ['PollSessionRole', [...readsJob, readSecret]],
    ['AbortSessionRole', [...readsJob, readSecret]],
    ['CollectResultRole', [...readsJob, readSecret, 's3:PutObject']],
    // SendMessage: to its dead-letter queue.
    ['ExecutionStoppedRole', [...readsJob, readSecret, 's3:PutObject', 'events:PutEvents', 'sqs:SendMessage']],
    ['SessionsRole', [...Array.from({ length: 5 }, () => 'lambda:InvokeFunction'), 'events:PutEvents']],
  ];

  test.each(expected)('%s', (role, actions) => {
    expect(actionsOf(role)).toEqual([...actions].sort());
  });

  test('there are no other roles', () => {
    expect([...roles.keys()].sort()).toEqual(expected.map(([role]) => role).sort());
  });
});

describe('secrets', () => {
  test('only what talks to a server reads its password', () => {
    expect(rolesThatMay(readSecret, /integrations/)).toEqual([
      'AbortSessionRole',
      'CollectResultRole',
      'CreateSessionRole',
      'ExecutionStoppedRole',
      'PollSessionRole',
      'SendPromptRole',
    ]);
  });

  test('only the management API reads API tokens', () => {
    expect(rolesThatMay(readSecret, /ApiTokens/)).toEqual(['ManageRole']);
  });
});

describe('wildcards', () => {
  const all = [...roles.values()].flat();

  test('no action has one', () => {
    expect(all.filter(({ action }) => action.includes('*'))).toEqual([]);
  });

  test('everything is allowed on X-Ray and on log delivery only, which take no resource', () => {
    const services = new Set(all.filter(({ resource }) => resource === '*').map(({ action }) => action.split(':')[0]));
    expect([...services].sort()).toEqual(['logs', 'xray']);
    const unbounded = [...roles].filter(([, permissions]) =>
      permissions.some(({ action, resource }) => action.startsWith('logs:') && resource === '*'),
    );
    expect(unbounded.map(([role]) => role)).toEqual(['SessionsRole']);
  });

  test('prefixes are allowed for what is made at run time', () => {
    const prefixes = new Set(all.map(({ resource }) => resource).filter((resource) => /.\*/.test(resource)));
    expect([...prefixes].map((resource) => resource.replace(/[0-9A-F]{8}\.Arn/, '.Arn')).sort()).toEqual([
      '<ResultsBucket.Arn>/*',
      'arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:OpencodeRelay/integrations/*',
    ]);
  });
});
