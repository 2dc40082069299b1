import { describe, expect, test } from 'vitest';
import {
  audit,
  executionsOf,
  inAccount,
  invokes,
  on,
  readsExecutions,
  results,
  runsSessionsAsChildren,
  starts,
  stops,
  writes,
} from '../support/grants.ts';
import { permissionsByRole, permissionText } from '../support/permissions.ts';
import { synthesizedTemplate } from '../support/stack.ts';

const template = synthesizedTemplate();
const roles = permissionsByRole(template);
const isOwnTrouble = (action: string) => action.startsWith('logs:') || action.startsWith('xray:');

const table = '<DataTable.Arn>';
const updatesRows = on(table, 'dynamodb:GetItem', 'dynamodb:UpdateItem');
const usesTable = on(table, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem');
const readsInBatches = on(table, 'dynamodb:BatchGetItem');
const remembersDeliveries = on(
  `${table} {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["DELIVERY#*"]}}`,
  'dynamodb:PutItem',
);
const countsRequests = on(
  `${table} {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["RATE#*"]}}`,
  'dynamodb:UpdateItem',
);

const consumes = (queue: string) =>
  on(
    `<${queue}.Arn>`,
    ...['ReceiveMessage', 'ChangeMessageVisibility', 'GetQueueUrl', 'DeleteMessage', 'GetQueueAttributes'].map(
      (action) => `sqs:${action}`,
    ),
  );
const sends = (queue: string) => on(`<${queue}.Arn>`, 'sqs:SendMessage');
const callsWebhooks = sends('WebhookCallsQueue');

const passwords = inAccount('secretsmanager', 'secret:OpencodeRelay/integrations/*');
const webhookSecrets = inAccount('secretsmanager', 'secret:OpencodeRelay/webhooks/*');
const reads = (secret: string) => on(secret, 'secretsmanager:GetSecretValue');
const { writesResults, readsResults, erasesResults, writesReports } = results;
const publishes = on('<OutcomesBus.Arn>', 'events:PutEvents');

const machines = ['SessionsMachine', 'RelayRunsMachine', 'StormsMachine'];

const grants: Record<string, string[]> = {
  SendHeartbeatRole: [
    ...on(table, 'dynamodb:GetItem'),
    ...on(
      `${table} {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["RELAYS","RELAY#rly_ea27bea7000000000000000000000000","HOOK#*"]}}`,
      'dynamodb:PutItem',
    ),
    ...reads('<HeartbeatKey>'),
  ],
  HeartbeatRole: invokes('SendHeartbeat'),
  ReceiveAlertRole: [
    ...on(table, 'dynamodb:GetItem'),
    ...remembersDeliveries,
    ...countsRequests,
    ...reads(webhookSecrets),
    ...sends('DeliveriesQueue'),
  ],
  RouteAlertRole: [
    ...[...usesTable, ...readsInBatches],
    ...consumes('DeliveriesQueue'),
    ...sends('DeliveriesQueue'),
    ...machines.flatMap(starts),
    ...stops('SessionsMachine'),
    ...callsWebhooks,
  ],
  ManageRole: [
    ...usesTable,
    // Lists: keys from the index, rows from the table.
    ...on(`${table}/index/newest`, 'dynamodb:Query'),
    ...readsInBatches,
    ...writes(passwords),
    ...writes(webhookSecrets),
    ...reads('<ApiTokensSecret>'),
    // Has the servers looked at that it may not read the passwords of.
    ...invokes('CheckServers'),
    // Has the page of a session made that is not there yet.
    ...invokes('WriteReport'),
    // Signs links to results.
    ...readsResults,
    // For an alert that is to be erased.
    ...erasesResults,
    ...audit.addsRecords,
    // Runs a rule because a person asks, decides anew what was paused, and cancels: sessions and storms.
    ...['SessionsMachine', 'StormsMachine'].flatMap((machine) => [...starts(machine), ...stops(machine)]),
    ...callsWebhooks,
  ],
  CheckServersRole: reads(passwords),
  CreateSessionRole: [...updatesRows, ...reads(passwords)],
  SendPromptRole: [...updatesRows, ...reads(passwords)],
  VerifyPatchRole: [...updatesRows, ...reads(passwords)],
  SendFindingsRole: [...updatesRows, ...reads(passwords)],
  PollSessionRole: [...updatesRows, ...reads(passwords)],
  AbortSessionRole: [...on(table, 'dynamodb:GetItem'), ...reads(passwords)],
  CollectResultRole: [...updatesRows, ...reads(passwords), ...writesResults, ...audit.addsRecords],
  SessionStoppedRole: [
    ...updatesRows,
    ...reads(passwords),
    ...writesResults,
    ...audit.addsRecords,
    ...publishes,
    ...sends('StoppedDeadLetters'),
  ],
  // Starts storms; stops a session that it no longer wants. The run itself starts the sessions.
  DecideStepRole: [...usesTable, ...starts('StormsMachine'), ...stops('SessionsMachine'), ...callsWebhooks],
  // Asks the execution where its event came without the input.
  RunStoppedRole: [
    ...on(table, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'),
    ...readsExecutions('RelayRunsMachine'),
    ...stops('SessionsMachine'),
    ...sends('StoppedDeadLetters'),
  ],
  // Starts what it lets go, and stops a session that it no longer wants.
  CheckStormRole: [
    ...usesTable,
    ...readsInBatches,
    ...starts('SessionsMachine'),
    ...stops('SessionsMachine'),
    ...callsWebhooks,
  ],
  TriageStormRole: [...usesTable, ...readsInBatches],
  // Without ListBucket, S3 answers "access denied" for an answer that is not there.
  RecordRootCauseRole: [
    ...usesTable,
    ...readsInBatches,
    ...readsResults,
    ...on('<ResultsBucket.Arn>', 's3:ListBucket'),
  ],
  StormStoppedRole: [...usesTable, ...readsInBatches, ...stops('SessionsMachine'), ...sends('StoppedDeadLetters')],
  CallWebhookRole: [
    ...consumes('WebhookCallsQueue'),
    ...reads('<WebhookSigningSecret>'),
    ...on(`${table} {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["CALLS#*"]}}`, 'dynamodb:UpdateItem'),
    // A call that is refused for good goes there at once.
    ...sends('WebhookCallsDeadLetters'),
  ],
  SweepRole: [
    ...[...updatesRows, ...on(table, 'dynamodb:Query'), ...on(`${table}/index/newest`, 'dynamodb:Query')],
    ...[...readsInBatches, ...machines.flatMap(readsExecutions)],
    ...[...on(inAccount('events', 'event-bus/default'), 'events:PutEvents'), ...audit.addsRecords],
  ],
  WriteDigestRole: audit.addsDigests,
  // Takes a page away again whose session was erased while it was made.
  WriteReportRole: [...on(table, 'dynamodb:GetItem', 'dynamodb:Query'), ...writesReports],
  ClearSessionRole: [...updatesRows, ...reads(passwords), ...sends('StoppedDeadLetters')],
  SessionsRole: [
    ...invokes('CreateSession', 'SendPrompt', 'PollSession', 'AbortSession', 'CollectResult'),
    ...invokes('VerifyPatch', 'SendFindings'),
    ...publishes,
  ],
  RelayRunsRole: [...invokes('DecideStep'), ...runsSessionsAsChildren],
  StormsRole: [...invokes('CheckStorm', 'TriageStorm', 'RecordRootCause'), ...runsSessionsAsChildren],
};

describe('each role may do what its function or machine does, to what it does it to, and nothing else', () => {
  test.each(Object.entries(grants))('%s', (role, granted) => {
    const permissions = (roles.get(role) ?? []).filter(({ action }) => !isOwnTrouble(action));
    expect(permissions.map(permissionText).sort()).toEqual([...granted].sort());
  });

  test('there are no other roles', () => {
    expect([...roles.keys()].sort()).toEqual(Object.keys(grants).sort());
  });
});

describe('logs and traces', () => {
  const ownTrouble = (role: string) =>
    (roles.get(role) ?? []).filter(({ action }) => isOwnTrouble(action)).map(permissionText);
  const traces = on('*', 'xray:PutTraceSegments', 'xray:PutTelemetryRecords');
  const machineRoles = ['SessionsRole', 'RelayRunsRole', 'StormsRole'];
  /** Of a schedule, which writes none. */
  const withoutLog = ['HeartbeatRole'];

  test.each(Object.keys(grants).filter((role) => ![...machineRoles, ...withoutLog].includes(role)))(
    '%s writes its own log only',
    (role) => {
      const log = `<${role.replace(/Role$/, 'Logs')}.Arn>`;
      expect(ownTrouble(role).sort()).toEqual(
        [...on(log, 'logs:CreateLogStream', 'logs:PutLogEvents'), ...traces].sort(),
      );
    },
  );

  test.each(machineRoles)('%s may have its log delivered, which takes no resource', (role) => {
    const deliveries = ['CreateLogDelivery', 'GetLogDelivery', 'UpdateLogDelivery', 'DeleteLogDelivery'];
    const policies = ['ListLogDeliveries', 'PutResourcePolicy', 'DescribeResourcePolicies', 'DescribeLogGroups'];
    const sampling = on('*', 'xray:GetSamplingRules', 'xray:GetSamplingTargets');
    const logging = on('*', ...[...deliveries, ...policies].map((action) => `logs:${action}`));
    expect(ownTrouble(role).sort()).toEqual([...traces, ...sampling, ...logging].sort());
  });
});

describe('wildcards', () => {
  const all = [...roles.values()].flat();

  test('no action has one', () => {
    expect(all.filter(({ action }) => action.includes('*'))).toEqual([]);
  });

  test('everything is allowed on X-Ray and on log delivery only', () => {
    const services = all.filter(({ resource }) => resource === '*').map(({ action }) => action.split(':')[0]);
    expect([...new Set(services)].sort()).toEqual(['logs', 'xray']);
  });

  test('prefixes are allowed for what is made at run time', () => {
    const prefixes = new Set(all.map(({ resource }) => resource).filter((resource) => /.\*/.test(resource)));
    expect([...prefixes].sort()).toEqual(
      [...audit.objects, ...results.objects, passwords, webhookSecrets, ...machines.map(executionsOf)].sort(),
    );
  });
});
