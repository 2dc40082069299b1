import { timingSafeEqual } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import httpErrorHandler from '@middy/http-error-handler';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import * as z from 'zod';

/**
 * A webhook's Lambda as it is written everywhere, to measure ours against: the SDK's clients as they come, middy with
 * its body parser and error handler, zod, a secret that is read at the first call. It looks its hook up, counts the
 * request (the two at once) and queues what it got. It knows one sender's format and keeps no promise.
 */
const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const queue = new SQSClient({});
const secrets = new SecretsManagerClient({});
const { TABLE_NAME, DELIVERY_QUEUE_URL, SECRET_PREFIX } = process.env;

const eventSchema = z.object({
  pathParameters: z.object({ webhookKey: z.string() }),
  headers: z.record(z.string(), z.string()),
  body: z.object({
    version: z.literal('4'),
    groupKey: z.string(),
    alerts: z
      .array(
        z.object({
          status: z.enum(['firing', 'resolved']),
          labels: z.record(z.string(), z.string()),
          annotations: z.record(z.string(), z.string()),
          startsAt: z.iso.datetime(),
          fingerprint: z.string(),
        }),
      )
      .min(1),
  }),
});

let secret: Promise<string> | undefined;
const readSecret = async () =>
  (await secrets.send(new GetSecretValueCommand({ SecretId: `${SECRET_PREFIX}/hook` }))).SecretString ?? '';

export const handler = middy()
  .use(httpJsonBodyParser())
  .use(httpErrorHandler())
  .handler(async (event: unknown) => {
    const { pathParameters, headers, body } = eventSchema.parse(event);
    secret ??= readSecret();
    const wanted = Buffer.from(await secret);
    const given = Buffer.from(headers.authorization ?? '');
    if (given.length === wanted.length && !timingSafeEqual(given, wanted)) return { statusCode: 401 };
    const hook = { pk: `hook#${pathParameters.webhookKey}`, sk: 'hook' };
    await Promise.all([
      table.send(new GetCommand({ TableName: TABLE_NAME, Key: hook, ConsistentRead: true })),
      table.send(
        new UpdateCommand({
          TableName: TABLE_NAME,
          Key: { ...hook, sk: 'count' },
          UpdateExpression: 'ADD #count :one',
          ExpressionAttributeNames: { '#count': 'count' },
          ExpressionAttributeValues: { ':one': 1 },
        }),
      ),
    ]);
    const MessageBody = JSON.stringify({ receivedAt: new Date().toISOString(), alerts: body.alerts });
    await queue.send(new SendMessageCommand({ QueueUrl: DELIVERY_QUEUE_URL, MessageBody }));
    return { statusCode: 202, body: JSON.stringify({ accepted: body.alerts.length }) };
  });
