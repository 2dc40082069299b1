import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { webhookItems } from '../../functions/adapters/dynamodb/webhook-store.ts';

const messageSchema = z.object({ MessageBody: z.string() });

/** Answers the two calls of a delivery as DynamoDB and SQS would, and keeps nothing. */
export async function startStub(): Promise<{ url: string; close(): Promise<void> }> {
  const at = '2027-03-01T12:00:00.000Z';
  const { hook } = webhookItems({
    id: 'wh_1',
    relayId: 'rly_1',
    webhookKey: 'key',
    provider: null,
    enabled: true,
    createdAt: at,
    updatedAt: at,
  });
  const known = JSON.stringify({ Item: attributesOf(hook) });
  const server = createServer(async (request, response) => {
    const body = await text(request);
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    if (!String(request.headers['x-amz-target']).startsWith('AmazonSQS')) return response.end(known);
    const message = messageSchema.safeParse(parsed(body)).data;
    response.end(JSON.stringify({ MessageId: '1', MD5OfMessageBody: md5(message?.MessageBody ?? '') }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = z.object({ port: z.int() }).parse(server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** On the wire each value stands under its type; this row has texts, a flag and null. */
const attributesOf = (row: object) =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, attributeOf(value)]));

function attributeOf(value: unknown): object {
  if (value === null) return { NULL: true };
  return typeof value === 'boolean' ? { BOOL: value } : { S: String(value) };
}

const parsed = (body: string): unknown => (body.startsWith('{') ? JSON.parse(body) : undefined);
const md5 = (body: string): string => createHash('md5').update(body).digest('hex');
