import {
  DescribeStacksCommand,
  DetectStackResourceDriftCommand,
  GetTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import { GetAccountSettingsCommand, GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { DescribeSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, test } from 'vitest';
import { now } from '../run-command.ts';
import { deliveries, diagnose, driftOf, healthy, mockAws, stack, templateOf, waiting } from './prepare.ts';

const aws = mockAws();
beforeEach(() => healthy(aws));

describe('what the doctor asks AWS', () => {
  const throughAws: [check: string, what: string, prepare: () => unknown, found: RegExp, mend: RegExp][] = [
    [
      'stack',
      'whose deployment failed',
      () =>
        aws.cloudFormation
          .on(DescribeStacksCommand)
          .resolves({ Stacks: [{ ...stack, StackStatus: 'UPDATE_ROLLBACK_COMPLETE', Outputs: [] }] }),
      /UPDATE_ROLLBACK_COMPLETE/,
      /npm run deploy/,
    ],
    [
      'stack',
      'that is being deployed',
      () =>
        aws.cloudFormation
          .on(DescribeStacksCommand)
          .resolves({ Stacks: [{ ...stack, StackStatus: 'UPDATE_IN_PROGRESS', Outputs: [] }] }),
      /UPDATE_IN_PROGRESS/,
      /wait/,
    ],
    [
      'concurrency',
      'of a new account',
      () => aws.lambda.on(GetAccountSettingsCommand).resolves({ AccountLimit: { ConcurrentExecutions: 10 } }),
      /10 functions at once/,
      /Service Quotas/,
    ],
    [
      'functions',
      'that failed',
      () => aws.lambda.on(GetFunctionConfigurationCommand).resolves({ State: 'Failed', LastUpdateStatus: 'Failed' }),
      /Manage1 \(Failed\/Failed\)/,
      /deploy/,
    ],
    [
      'secrets',
      'without a token that may do everything',
      () =>
        aws.secrets.on(GetSecretValueCommand).resolves({ SecretString: '{"ci":{"token":"a-token","role":"read"}}' }),
      /no token/,
      /npm run token/,
    ],
    [
      'dead letters',
      'that lie there',
      () =>
        aws.queues.on(GetQueueAttributesCommand, { QueueUrl: 'physical-DeliveriesDeadLetters1' }).resolves(waiting(2)),
      /2 in DeliveriesDeadLetters1/,
      /redeliver/,
    ],
    [
      'queues',
      'that nobody takes from',
      () => aws.queues.on(GetQueueAttributesCommand, deliveries).resolves(waiting(7)),
      /7 messages wait in Deliveries1/,
      /log/,
    ],
    [
      'topics',
      'that are subscribed no more',
      () =>
        aws.cloudFormation
          .on(DetectStackResourceDriftCommand)
          .resolves({ StackResourceDrift: { ...driftOf('Topic0'), StackResourceDriftStatus: 'DELETED' } }),
      /physical-Topic0 is DELETED/,
      /snsTopics/,
    ],
    [
      'configuration',
      'that has drifted',
      () =>
        aws.cloudFormation
          .on(GetTemplateCommand)
          .resolves({ TemplateBody: templateOf({ privateHosts: ['a.internal'], maxSessionsPerDay: 40 }) }),
      /maxSessionsPerDay is 40, not none; privateHosts is a\.internal, not none/,
      /npm run deploy/,
    ],
    [
      'configuration',
      'that the template does not tell',
      () => aws.cloudFormation.on(GetTemplateCommand).resolves({ TemplateBody: '{"Resources":{}}' }),
      /does not say/,
      /npm run deploy/,
    ],
  ];
  test.each(throughAws)('%s %s', async (check, _, prepare, found, mend) => {
    prepare();
    const { of, code } = await diagnose();
    expect(of(check)).toMatchObject([
      { state: 'mend', found: expect.stringMatching(found), mend: expect.stringMatching(mend) },
    ]);
    expect(code).toBe(1);
  });

  test('a secret that is about to be deleted is told beside the tokens', async () => {
    aws.secrets.on(DescribeSecretCommand).resolves({ DeletedDate: now });
    expect((await diagnose()).of('secrets')).toMatchObject([
      { state: 'ok', found: '1 token of the API' },
      { state: 'mend', mend: expect.stringContaining('restore-secret --secret-id arn:signing') },
    ]);
  });

  test('messages that become fewer are being taken', async () => {
    aws.queues.on(GetQueueAttributesCommand, deliveries).resolvesOnce(waiting(7)).resolves(waiting(3));
    const { of, waited } = await diagnose();
    expect(of('queues')).toMatchObject([{ state: 'ok', found: '7 messages wait and are being taken' }]);
    expect(waited).toEqual([5_000]);
  });

  test('the local stack is made from the checkout at each start, whatever it was started with', async () => {
    aws.cloudFormation.on(GetTemplateCommand).resolves({ TemplateBody: templateOf({ privateHosts: ['127.0.0.1'] }) });
    const StackId = 'arn:aws:cloudformation:eu-central-1:000000000000:stack/OpencodeRelay/1';
    aws.cloudFormation.on(DescribeStacksCommand).resolves({ Stacks: [{ ...stack, StackId, Outputs: [] }] });
    expect((await diagnose()).of('configuration')).toMatchObject([{ state: 'ok' }]);
  });

  test('a stack that the checkout does not configure is not compared', async () => {
    expect((await diagnose({}, '--stack', 'No such name')).of('configuration')).toMatchObject([
      { state: 'unknown', found: expect.stringContaining('stackName') },
    ]);
  });
});
