import { cpSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Authorization } from '../../../../infra/local/iam/iam.ts';
import type { Identities } from '../../../../infra/local/iam/identities.ts';
import { type Call, evaluate, type Principal, type Statement } from '../../../../infra/local/iam/policy.ts';
import { startLocalStack } from '../../../../infra/local/local-stack.ts';
import { lineOf, recordedCalls, withoutIds } from '../../../support/recorded-calls.ts';
import { everyDoor, withApp } from '../../../support/stack.ts';
import { remove } from '../local-stack/folders.ts';

/**
 * Grants that no recorded call needs, each with what needs it: the report of what the tests of the whole stack do not
 * use. Names are without the stack's and without hashes.
 */
const untested: Record<string, string> = {
  ...unused('CDK grants it to each consumer', {
    'sqs:GetQueueUrl': ['CallWebhookRole WebhookCallsQueue', 'RouteAlertRole DeliveriesQueue'],
  }),
  ...unused('a webhook rule that is released or run by a person', {
    'sqs:SendMessage': ['CheckStormRole', 'ManageRole'].map((role) => `${role} WebhookCallsQueue`),
  }),
  ...unused('storm control at a later step, or when a person runs a rule or resumes', {
    'states:StartExecution': ['DecideStepRole StormsMachine'],
  }),
  ...unused('a job that is not wanted any more, seen by whoever looks next', {
    'states:StopExecution': [
      ...['CheckStormRole', 'DecideStepRole', 'RunStoppedRole', 'StormStoppedRole'].map(
        (role) => `${role} SessionsMachine`,
      ),
      'ManageRole StormsMachine',
    ],
  }),
  ...unused('the creation of what was deleted a moment ago', {
    'secretsmanager:RestoreSecret': ['ManageRole OpencodeRelay/integrations/*', 'ManageRole OpencodeRelay/webhooks/*'],
  }),
  ...unused('a record that nobody wrote when the session ended', {
    's3:PutObject': ['SweepRole auditbucket/records/*'],
  }),
  ...unused('a digest of an hour that has records', { 's3:GetObject': ['WriteDigestRole auditbucket/*'] }),
  ...unused('the heartbeat of a stack that beats already, or has a front', {
    'dynamodb:GetItem': ['SendHeartbeatRole DataTable'],
    'secretsmanager:GetSecretValue': ['SendHeartbeatRole FrontSecret'],
  }),
  ...unused('a session that is erased while its page is made', {
    's3:DeleteObjectVersion': ['WriteReportRole resultsbucket/*/report.html'],
    's3:ListBucketVersions': ['WriteReportRole resultsbucket'],
  }),
  ...unused('an answer that is not there', { 's3:ListBucket': ['RecordRootCauseRole resultsbucket'] }),
  ...unused('an execution that is stopped while checks run', {
    's3:GetObject': ['SessionStoppedRole resultsbucket/*/manifest.json'],
  }),
  ...unused('deliveries that are to come again', { 'sqs:ChangeMessageVisibility': ['RouteAlertRole DeliveriesQueue'] }),
  ...unused('deliveries for which there was no time, again and again', {
    'sqs:SendMessage': ['RouteAlertRole DeliveriesQueue'],
  }),
  ...unused('a header that what stands before the API adds', {
    'secretsmanager:GetSecretValue': ['ManageRole FrontSecret', 'ReceiveAlertRole FrontSecret'],
  }),
};

/** Grants by their action: `role resource`, as `shortened` gives them. */
function unused(by: string, grants: Record<string, string[]>): Record<string, string> {
  const lines = Object.entries(grants).flatMap(([action, names]) =>
    names.map((name): [string, string] => [name.replace(' ', ` ${action} `), by]),
  );
  return Object.fromEntries(lines);
}

/** One action on one resource that a statement grants. */
interface Grant {
  principal: Principal;
  statement: Statement;
  line: string;
}

let identities: Identities;
/** What AWS asks for as the stack is made. */
const needs: Authorization[] = [];

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'opencode-relay-grants-'));
  withApp(everyDoor, (app) => cpSync(app.synth().directory, `${folder}/assembly`, { recursive: true }));
  const stack = await startLocalStack({
    assembly: `${folder}/assembly`,
    dataDirectory: `${folder}/aws`,
    logDirectory: `${folder}/logs`,
    port: 0,
    onAuthorization: (authorization) => needs.push(authorization),
  });
  identities = stack.identities;
  await stack.stop();
  await remove(folder);
});

/** Names of the template without the stack's, their hashes, their random endings and what all ARNs have. */
const shortened = (line: string): string =>
  line
    .replaceAll(/arn:aws:(?:s3:::|[\w-]+:[\w-]*:\d*:)(?:(?:table|execution|stateMachine|secret|function)[/:])?/g, '')
    .replaceAll(/(?:opencoderelay|OpencodeRelay)-/g, '')
    .replaceAll(/[0-9A-Fa-f]{8}(?:-\w{6})?(?!\w)(?::\*)?/g, '');

const calls = (): { principal: Principal; call: Call }[] => [...needs, ...recordedCalls().map(parse)];

function parse(line: string): { principal: Principal; call: Call } {
  const [role = '', action = '', resource = '', ...keys] = line.split(' ');
  const context = { 'aws:SecureTransport': ['true'], ...(keys.length > 0 && { 'dynamodb:LeadingKeys': keys }) };
  return { principal: { role }, call: { action, resource, context } };
}

/** Each statement as one action on one resource, for the calls as they are recorded. */
function grants(): Grant[] {
  const split = (principal: Principal, statements: Statement[]): Grant[] =>
    statements
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap((statement) =>
        statement.Action.flatMap((action) =>
          statement.Resource.map((resource) => {
            const single = { ...statement, Action: [action], Resource: [recorded(resource)] };
            const condition = statement.Condition.map(({ wanted }) => wanted).join();
            const who = 'role' in principal ? principal.role : principal.service;
            return { principal, statement: single, line: [who, action, resource, condition].join(' ').trim() };
          }),
        ),
      );
  const ofRoles = [...identities.roles].flatMap(([role, { statements }]) => split({ role }, statements));
  const ofResources = [...identities.resources.values()].flat().flatMap((statement) => {
    const service = statement.Principal && 'Service' in statement.Principal ? statement.Principal.Service : undefined;
    return service === undefined ? [] : split({ service }, [statement]);
  });
  // Routes of one path have the same permission each.
  return [...new Map([...ofRoles, ...ofResources].map((grant) => [grant.line, grant])).values()];
}

/** A pattern stays one. */
const recorded = (resource: string): string => (resource.includes('*') ? resource : withoutIds(resource));

function allowing({ principal, call }: { principal: Principal; call: Call }, all: Grant[]): Grant[] {
  const asked = { ...call, resource: withoutIds(call.resource) };
  return all.filter((grant) => {
    if ('role' in principal !== 'role' in grant.principal) return false;
    if ('role' in principal && 'role' in grant.principal && principal.role !== grant.principal.role) return false;
    const policies =
      'role' in principal
        ? { identity: [grant.statement], resource: [] }
        : { identity: [], resource: [grant.statement] };
    return evaluate(asked, principal, policies) === 'allowed';
  });
}

describe('the calls of the system tests', () => {
  test('are all allowed', () => {
    const all = grants();
    const refused = calls().filter((each) => allowing(each, all).length === 0);
    expect(refused.map(lineOf)).toEqual([]);
  });

  test('need each grant: without it, one of them is refused', () => {
    const all = grants();
    const needed = new Set(
      calls().flatMap((each) => {
        const [only, ...others] = allowing(each, all);
        return only && others.length === 0 ? [only.line] : [];
      }),
    );
    const unused = all.filter(({ line }) => !needed.has(line)).map(({ line }) => shortened(line));
    expect(unused.sort()).toEqual(Object.keys(untested).sort());
  });
});
