import { CloudFormationClient, DescribeStacksCommand, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { beforeEach, describe, expect, test } from 'vitest';
import { mockClient } from '../../support/mock-client.ts';
import { now, run, runOn } from './run-command.ts';

const cloudFormation = mockClient(CloudFormationClient);
const secrets = mockClient(SecretsManagerClient);
const KEY = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const NEXT = 'QnV0IHRoaXMgb25lIGlzIG5leHQhISEh';

beforeEach(() => {
  cloudFormation.reset();
  secrets.reset();
  const Outputs = [{ OutputKey: 'WebhookSigningSecretArn', OutputValue: 'arn:signing' }];
  cloudFormation.on(DescribeStacksCommand).resolves({
    Stacks: [{ StackName: 'OpencodeRelay', CreationTime: now, StackStatus: 'UPDATE_COMPLETE', Outputs }],
  });
  cloudFormation.on(ListStackResourcesCommand).resolves({});
  secrets.on(PutSecretValueCommand).resolves({});
  secrets.on(UpdateSecretVersionStageCommand).resolves({});
});

const signing = (SecretString: string) =>
  secrets.on(GetSecretValueCommand, { SecretId: 'arn:signing' }).resolves({ SecretString, VersionId: 'v1' });
const written = () => secrets.commandCalls(PutSecretValueCommand).map(({ args }) => args[0].input.SecretString);

describe('the key that signs webhook calls', () => {
  test('is joined by a new one, which is printed, and stays behind it', async () => {
    signing(KEY);
    const { code, stdout } = await run(['rotate', 'signing']);
    const key = /^whsec_([A-Za-z0-9+/]{32})$/m.exec(stdout)?.[1];
    expect([code, written()]).toEqual([0, [`${key} ${KEY}`]]);
    expect(stdout).not.toContain(KEY);
    expect(secrets.commandCalls(UpdateSecretVersionStageCommand)[0]?.args[0].input).toMatchObject({
      VersionStage: 'AWSCURRENT',
      RemoveFromVersionId: 'v1',
    });
  });

  test('goes once all receivers have the new one', async () => {
    signing(`${NEXT} ${KEY}`);
    expect(await run(['rotate', 'signing', '--finish'])).toMatchObject({ code: 0 });
    expect(written()).toEqual([NEXT]);
  });

  test.each([
    ['a second time before the first has ended', `${NEXT} ${KEY}`, [], 'end it first'],
    ['to its end where none has begun', KEY, ['--finish'], 'No rotation is under way'],
  ])('is not rotated %s', async (_, secret, flags, sentence) => {
    signing(secret);
    const { code, stderr } = await run(['rotate', 'signing', ...flags]);
    expect([code, stderr, written()]).toEqual([1, expect.stringContaining(sentence), []]);
    expect(stderr).not.toContain(KEY);
  });
});

describe('the password of an integration', () => {
  const environment = { API_URL: 'https://api.example.com/v0', API_TOKEN: 't', OPENCODE_SERVER_PASSWORD: 'next one' };

  test('is stored as the environment has it, and not told', async () => {
    const answers = { 'PUT /integrations/int_1': [{ integration: { id: 'int_1', name: 'OpenCode' } }] };
    const { code, stdout, asked } = await runOn(answers, ['rotate', 'password', 'int_1'], environment);
    expect([code, asked]).toEqual([0, [['PUT /integrations/int_1', { apiKey: 'next one' }]]]);
    expect(stdout).toMatch(/^Stored for OpenCode/);
    expect(stdout).not.toContain('next one');
  });

  test.each([
    [['rotate', 'password'], environment],
    [['rotate', 'password', 'int_1'], { ...environment, OPENCODE_SERVER_PASSWORD: '' }],
    [['rotate'], environment],
    [['rotate', 'signing', 'more'], environment],
  ])('%j is refused before anything is asked', async (args, given) => {
    expect((await run(args, given)).code).toBe(2);
  });
});
