import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { keys } from '../../../functions/adapters/dynamodb/keys.ts';
import { webhookItems } from '../../../functions/adapters/dynamodb/webhook-store.ts';
import { environment } from '../../../functions/contract/environment.ts';
import { sampleWebhook } from '../../support/fakes/intake.ts';
import { lambdaContext } from '../../support/fakes/lambda-context.ts';
import { fakeSqs } from '../../support/fakes/sqs.ts';
import { loadAnew } from '../../support/load-anew.ts';
import { mockClient } from '../../support/mock-client.ts';

/** The key's own row, and the webhook's: of one that is not there too, so that the time tells nothing. */
const READS_OF_KEY = 2;
const table = mockClient(DynamoDBDocumentClient);
let queue: ReturnType<typeof fakeSqs>;
const secrets = mockClient(SecretsManagerClient);
const { hook, webhook } = webhookItems(sampleWebhook());

describe('receive-alert', () => {
  let handler: typeof import('../../../functions/intake/receive-alert/handler.ts').handler;

  beforeAll(async () => {
    for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, 'write').mockReturnValue(true);
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.stubEnv('AWS_REGION', 'eu-central-1');
    vi.stubEnv(environment.tableName, 'relay');
    vi.stubEnv(environment.deliveryQueueUrl, 'https://queue.example.com/deliveries');
    vi.stubEnv(environment.secretPrefix, 'OpencodeRelay');
    vi.stubEnv(environment.hookRatePerSecond, '100');
    for (const name of ['frontHeader', 'frontSecretArn'] as const) vi.stubEnv(environment[name], '');
    loadAnew();
    ({ handler } = await import('../../../functions/intake/receive-alert/handler.ts'));
  });
  beforeEach(() => {
    // So that no test meets what the one before had the handler remember of the webhook.
    vi.setSystemTime(Date.now() + 5_000);
    table.reset();
    queue = fakeSqs();
    table.on(GetCommand).resolves({});
    secrets.reset();
    table.on(GetCommand, { TableName: 'relay', Key: keys.hook('key-1') }).resolves({ Item: hook });
    table.on(GetCommand, { TableName: 'relay', Key: keys.webhook('rly_1', 'wh_1') }).resolves({ Item: webhook });
  });

  const post = (webhookKey: string, headers: Record<string, string> = {}) =>
    handler(
      {
        requestContext: { requestId: 'request-7' },
        pathParameters: { webhookKey },
        headers,
        body: '{"title":"Disk full"}',
      },
      lambdaContext('receive-alert'),
    );

  test('exports its handler inside the hook chain, wired to table and queue', async () => {
    expect(await post('key-1')).toMatchObject({ statusCode: 202, headers: { 'x-request-id': 'request-7' } });
    const MessageBody = expect.stringMatching(/"deliveryId":"dlv_[0-9a-f]{32}"/);
    expect(queue.calls()).toEqual([
      {
        action: 'AmazonSQS.SendMessage',
        input: expect.objectContaining({ QueueUrl: 'https://queue.example.com/deliveries', MessageBody }),
      },
    ]);
  });

  test('needs single rows of the table only, and no secret: what its role allows', async () => {
    await post('key-1');
    expect(secrets.calls()).toEqual([]);
    const commands = table.calls().map(({ args: [command] }) => command.constructor.name);
    expect(new Set(commands)).toEqual(new Set(['GetCommand', 'UpdateCommand']));
  });

  test('an unknown key costs the reads of one that comes for the first time, and queues nothing', async () => {
    expect(await post('key-2')).toMatchObject({ statusCode: 404 });
    const reads = table.commandCalls(GetCommand, { TableName: 'relay', ConsistentRead: true });
    expect(reads).toHaveLength(READS_OF_KEY);
    expect(queue.calls()).toEqual([]);
  });

  describe('where the webhook asks for a signature', () => {
    const auth = { scheme: 'github' as const, versions: [{ id: 'version-1', secrets: 1 }] };
    const signed = {
      'x-hub-signature-256': 'sha256=9cace7cae33724a17df81041c72d840bf592c1f16dfd163f4fa43deedc446092',
      'x-github-delivery': 'd-1',
    };
    beforeEach(() => {
      const { webhook: row } = webhookItems(sampleWebhook({ auth }));
      table.on(GetCommand, { TableName: 'relay', Key: keys.webhook('rly_1', 'wh_1') }).resolves({ Item: row });
      table.on(PutCommand).resolves({});
      secrets
        .on(GetSecretValueCommand, { SecretId: 'OpencodeRelay/webhooks/wh_1', VersionId: 'version-1' })
        .resolves({ SecretString: '{"secrets":["It is a secret"]}' });
    });

    test('a signed delivery is queued and remembered under the prefix that its role allows', async () => {
      expect(await post('key-1', signed)).toMatchObject({ statusCode: 202 });
      expect(table.commandCalls(PutCommand)[0]?.args[0].input.Item).toMatchObject({
        pk: expect.stringMatching(/^DELIVERY#dlv_[0-9a-f]{32}$/),
      });
    });

    test('a body in base64 is verified as the bytes that it stands for', async () => {
      const event = {
        requestContext: { requestId: 'request-7' },
        pathParameters: { webhookKey: 'key-1' },
        headers: signed,
        body: Buffer.from('{"title":"Disk full"}').toString('base64'),
        isBase64Encoded: true,
      };
      expect(await handler(event, lambdaContext('receive-alert'))).toMatchObject({ statusCode: 202 });
      const asText = { ...event, isBase64Encoded: false };
      expect(await handler(asText, lambdaContext('receive-alert'))).toMatchObject({ statusCode: 401 });
    });

    test('an unsigned one is 401 and nothing is queued', async () => {
      expect(await post('key-1')).toMatchObject({ statusCode: 401 });
      expect(queue.calls()).toEqual([]);
    });

    test('a secret that cannot be read is 503, try again: nobody comes in meanwhile', async () => {
      const { webhook: row } = webhookItems(
        sampleWebhook({ auth: { ...auth, versions: [{ id: 'version-2', secrets: 1 }] } }),
      );
      table.on(GetCommand, { TableName: 'relay', Key: keys.webhook('rly_1', 'wh_1') }).resolves({ Item: row });
      secrets.on(GetSecretValueCommand).rejects(new Error('throttled'));
      expect(await post('key-1', signed)).toMatchObject({ statusCode: 503, headers: { 'retry-after': '5' } });
      expect(queue.calls()).toEqual([]);
    });
  });

  test('a queue that does not answer is 503, try again', async () => {
    queue.handle.mockRejectedValue(new Error('throttled'));
    expect(await post('key-1')).toMatchObject({ statusCode: 503, headers: { 'retry-after': '5' } });
  });
});
