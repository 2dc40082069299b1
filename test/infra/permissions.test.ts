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
const starts = (machines: number) => Array.from({ length: machines }, () => 'states:StartExecution');
const readSecret = 'secretsmanager:GetSecretValue';
const writesSecret = ['CreateSecret', 'PutSecretValue', 'DeleteSecret', 'RestoreSecret'].map(
  (change) => `secretsmanager:${change}`,
);

describe('each role may do what its function does and nothing else', () => {
  const expected: [role: string, actions: string[]][] = [
    ['ReceiveAlertRole', ['dynamodb:GetItem', 'dynamodb:PutItem', readSecret, 'sqs:SendMessage']],
    // Starts sessions, relay runs and storms; SendMessage: calls of webhook rules, here and below.
    ['RouteAlertRole', [...usesTable, ...consumes, ...starts(3), 'states:StopExecution', 'sqs:SendMessage']],
    [
      'ManageRole',
      [
        ...usesTable,
        // Lists: keys from the index, rows from the table.
        'dynamodb:BatchGetItem',
        'dynamodb:Query',
        // Passwords of integrations, and secrets of webhooks.
        ...writesSecret,
        ...writesSecret,
        readSecret,
        // Has the servers looked at that it may not read the passwords of.
        'lambda:InvokeFunction',
        // Signs links to results.
        's3:GetObject',
        // Runs a rule because a person asks, decides anew what was paused, and cancels: sessions and storms.
        ...starts(2),
        ...['states:StopExecution', 'states:StopExecution', 'sqs:SendMessage'],
      ],
    ],
    // Starts storms; stops a session that it no longer wants.
    ['DecideStepRole', [...usesTable, 'states:StartExecution', 'states:StopExecution', 'sqs:SendMessage']],
    // Reads what is held in batches; starts what it lets go, and stops a session that it no longer wants.
    [
      'CheckStormRole',
      [...usesTable, 'dynamodb:BatchGetItem', 'states:StartExecution', 'states:StopExecution', 'sqs:SendMessage'],
    ],
    ['TriageStormRole', [...usesTable, 'dynamodb:BatchGetItem']],
    ['RecordRootCauseRole', [...usesTable, 'dynamodb:BatchGetItem', 's3:GetObject', 's3:ListBucket']],
    ['StormStoppedRole', [...usesTable, 'states:StopExecution', 'sqs:SendMessage']],
    ['RunStoppedRole', [...usesTable, 'states:StopExecution', 'sqs:SendMessage']],
    [
      'RelayRunsRole',
      [
        'lambda:InvokeFunction',
        // Sessions are its children: Step Functions hears of their ends by a rule of its own.
        ...['states:StartExecution', 'states:DescribeExecution', 'states:StopExecution'],
        ...['events:PutRule', 'events:PutTargets', 'events:DescribeRule'],
      ],
    ],
    [
      'StormsRole',
      [
        ...Array.from({ length: 3 }, () => 'lambda:InvokeFunction'),
        ...['states:StartExecution', 'states:DescribeExecution', 'states:StopExecution'],
        ...['events:PutRule', 'events:PutTargets', 'events:DescribeRule'],
      ],
    ],
    // Reads the signing secret; SendMessage: to its dead letters.
    ['CallWebhookRole', [...consumes, readSecret, 'sqs:SendMessage']],
    ['CheckServersRole', [readSecret]],
    ['CreateSessionRole', [...readsJob, readSecret]],
    ['SendPromptRole', [...readsJob, readSecret]],
    ['PollSessionRole', [...readsJob, readSecret]],
    ['AbortSessionRole', [...readsJob, readSecret]],
    ['CollectResultRole', [...readsJob, readSecret, 's3:PutObject']],
    // SendMessage: to its dead-letter queue.
    ['SessionStoppedRole', [...readsJob, readSecret, 's3:PutObject', 'events:PutEvents', 'sqs:SendMessage']],
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
      'CheckServersRole',
      'CollectResultRole',
      'CreateSessionRole',
      'PollSessionRole',
      'SendPromptRole',
      'SessionStoppedRole',
    ]);
  });

  test('only what verifies deliveries reads the secrets of webhooks', () => {
    expect(rolesThatMay(readSecret, /webhooks/)).toEqual(['ReceiveAlertRole']);
    expect(rolesThatMay('secretsmanager:PutSecretValue', /webhooks/)).toEqual(['ManageRole']);
  });

  test('the management API calls the function that may, and no other', () => {
    expect(rolesThatMay('lambda:InvokeFunction', /CheckServers/)).toEqual(['ManageRole']);
    const called = (roles.get('ManageRole') ?? []).filter(({ action }) => action === 'lambda:InvokeFunction');
    expect(called.map(({ resource }) => resource)).toEqual([expect.stringMatching(/^<CheckServersFunction\w+\.Arn>$/)]);
  });

  test('only what sends the calls of webhook rules reads what they are signed with', () => {
    expect(rolesThatMay(readSecret, /WebhookSigning/)).toEqual(['CallWebhookRole']);
  });

  test('only the management API reads API tokens', () => {
    expect(rolesThatMay(readSecret, /ApiTokens/)).toEqual(['ManageRole']);
  });
});

test('receive-alert writes rows of deliveries and no others', () => {
  const statements = Object.entries(synthesizedTemplate().Resources)
    .filter(([id]) => id.startsWith('ReceiveAlertRoleDefaultPolicy'))
    .map(([, { Properties }]) => Properties);
  expect(statements).toMatchObject([
    {
      PolicyDocument: {
        Statement: expect.arrayContaining([
          expect.objectContaining({
            Action: 'dynamodb:PutItem',
            Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['DELIVERY#*'] } },
          }),
        ]),
      },
    },
  ]);
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
    expect(unbounded.map(([role]) => role).sort()).toEqual(['RelayRunsRole', 'SessionsRole', 'StormsRole']);
  });

  test('prefixes are allowed for what is made at run time', () => {
    const prefixes = new Set(all.map(({ resource }) => resource).filter((resource) => /.\*/.test(resource)));
    expect([...prefixes].map((resource) => resource.replace(/[0-9A-F]{8}\./, '.')).sort()).toEqual([
      '<ResultsBucket.Arn>/*',
      'arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:OpencodeRelay/integrations/*',
      'arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:OpencodeRelay/webhooks/*',
      'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<SessionsMachine.Name>:*',
      'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<StormsMachine.Name>:*',
    ]);
  });
});
