import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { refusal } from '../../../../infra/local/iam/iam.ts';
import { startLocalStack } from '../../../../infra/local/local-stack.ts';
import { eventually } from '../../../support/eventually.ts';
import { permissionResource, roleResource, writeAssembly } from '../local-stack/assembly-fixture.ts';
import { temporaryFolder } from '../local-stack/folders.ts';
import { code, template } from '../local-stack/sample-template.ts';

const { Resources, Outputs } = template;

/** The sample template with other roles or permissions, and what was refused. */
async function start(resources: object, outputs: object = {}) {
  const folder = await temporaryFolder();
  const refused: string[] = [];
  const assembly = await writeAssembly(
    { Resources: { ...Resources, ...resources }, Outputs: { ...Outputs, ...outputs } },
    code,
  );
  const stack = await startLocalStack({
    assembly,
    dataDirectory: `${folder}/aws`,
    logDirectory: `${folder}/logs`,
    port: 0,
    onAuthorization: ({ principal, call, allowed }) => {
      if (!allowed) refused.push(refusal(principal, call));
    },
  });
  onTestFinished(() => stack.stop());
  return { stack, refused };
}

/** The credentials that a function of the role has. */
const asRole = (endpoint: string, role: string) => ({
  endpoint,
  region: 'eu-central-1',
  credentials: { accessKeyId: `Fixture-${role}`, secretAccessKey: 'local' },
  maxAttempts: 1,
});

const machine = 'arn:aws:states:eu-central-1:000000000000:stateMachine:Fixture-Machine';
const [, invoke, publish, consume] = Resources.Role.Properties.Policies[0]?.PolicyDocument.Statement ?? [];

test('a function without a grant is refused what it calls, by role, action and resource', async () => {
  const { stack, refused } = await start({ Role: roleResource({ ...invoke }, { ...publish }, { ...consume }) });
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const hook = `${stack.outputs.HooksUrl}/job-1`;
  expect((await fetch(hook, { method: 'POST', body: '{"mode":"well"}' })).status).toBe(202);
  await eventually(() => expect(refused[0]).toBe(`Fixture-Role may not states:StartExecution on ${machine}`));
});

describe('a stack does not start that AWS would not make, or that would not run', () => {
  const functionArn = (name: string) => `arn:aws:lambda:eu-central-1:000000000000:function:Fixture-${name}`;
  test.each<[name: string, resources: object, message: string]>([
    [
      'a Task may not call its function',
      { Role: roleResource({ ...publish }, { ...consume }) },
      `Fixture-Role may not lambda:InvokeFunction on ${functionArn('Work')} (as the role of Fixture-Machine)`,
    ],
    [
      'a queue may not be read for its function',
      { Role: roleResource({ ...invoke }, { ...publish }) },
      'Fixture-Role may not sqs:ReceiveMessage on arn:aws:sqs:eu-central-1:000000000000:Fixture-Queue',
    ],
    [
      'a rule may not call its function',
      { StoppedPermission: permissionResource('Stopped', 'events.amazonaws.com', 'arn:another:rule') },
      `events.amazonaws.com may not lambda:InvokeFunction on ${functionArn('Stopped')} (the rule Fixture-Rule)`,
    ],
    [
      'nobody may take on a role',
      { Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trustOf('ec2.amazonaws.com') } } },
      'lambda.amazonaws.com may not take on Fixture-Role',
    ],
    [
      'a role has a policy of somebody else',
      { Role: { ...Resources.Role, Properties: { ...Resources.Role.Properties, ManagedPolicyArns: ['arn:x'] } } },
      'Role (AWS::IAM::Role) cannot be enforced here',
    ],
  ])('where %s', async (_, resources, message) => {
    await expect(start(resources)).rejects.toThrow(message);
  });
});

test('the endpoint tells roles apart, and the user may do everything', async () => {
  const bucket = { Bucket: 'fixture-results' };
  const arn = `arn:aws:s3:::${bucket.Bucket}`;
  const { stack, refused } = await start({
    Results: { Type: 'AWS::S3::Bucket' },
    Writer: roleResource({ Action: 's3:PutObject', Resource: `${arn}/*` }),
    Reader: roleResource({ Action: 's3:GetObject', Resource: `${arn}/*` }),
    Lister: roleResource({ Action: ['s3:GetObject', 's3:ListBucket'], Resource: [arn, `${arn}/*`] }),
  });
  const { awsEndpointUrl: endpoint, outputs } = stack;
  const s3As = (role: string) => new S3Client({ ...asRole(endpoint, role), forcePathStyle: true });
  const put = new PutObjectCommand({ ...bucket, Key: 'a', Body: 'text' });
  await s3As('Writer').send(put);
  await expect(s3As('Reader').send(put)).rejects.toMatchObject({ name: 'AccessDenied' });
  const read = async (role: string, Key: string) => {
    const url = await getSignedUrl(s3As(role), new GetObjectCommand({ ...bucket, Key }), { expiresIn: 60 });
    return (await fetch(url)).status;
  };
  expect(await read('Reader', 'a')).toBe(200);
  expect(await read('Writer', 'a')).toBe(403);
  // Whoever may not list a bucket is not told what is missing in it.
  expect(await read('Reader', 'b')).toBe(403);
  expect(await read('Lister', 'b')).toBe(404);

  const message = new SendMessageCommand({ QueueUrl: outputs.QueueUrl, MessageBody: '{}' });
  await expect(new SQSClient(asRole(endpoint, 'Reader')).send(message)).rejects.toMatchObject({ name: 'AccessDenied' });
  await new SQSClient(asRole(endpoint, 'nobody-that-is-known')).send(message);
  expect(refused).toEqual([
    `Fixture-Reader may not s3:PutObject on ${arn}/a`,
    `Fixture-Writer may not s3:GetObject on ${arn}/a`,
    'Fixture-Reader may not sqs:SendMessage on arn:aws:sqs:eu-central-1:000000000000:Fixture-Queue',
  ]);
});

function trustOf(service: string) {
  const statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } };
  return { Version: '2012-10-17', Statement: [statement] };
}
