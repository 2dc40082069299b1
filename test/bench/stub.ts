import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { webhookItems } from '../../functions/adapters/dynamodb/webhook-store.ts';
import { benchSchemes, SECRET } from './schemes.ts';

const messageSchema = z.object({ MessageBody: z.string() });
const readSchema = z.object({ Key: z.object({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) }) });

/** Answers the calls of a delivery as DynamoDB, Secrets Manager and SQS would, and keeps nothing. */
export async function startStub(): Promise<{ url: string; close(): Promise<void> }> {
  const rows = rowsOf();
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const target = String(request.headers['x-amz-target']);
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end(JSON.stringify(answerTo(target, parsed(body), rows)));
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

function answerTo(target: string, input: unknown, rows: Map<string, object>): object {
  if (target.endsWith('.GetSecretValue')) return { SecretString: JSON.stringify({ secrets: [SECRET] }) };
  if (target.startsWith('AmazonSQS')) {
    return { MessageId: '1', MD5OfMessageBody: md5(messageSchema.safeParse(input).data?.MessageBody ?? '') };
  }
  const Key = readSchema.safeParse(input).data?.Key;
  const Item = Key && rows.get(`${Key.pk.S} ${Key.sk.S}`);
  return Item ? { Item } : {};
}

/** Both rows of a webhook for each scheme, by their keys, as they are on the wire. */
function rowsOf(): Map<string, object> {
  const at = '2027-03-01T12:00:00.000Z';
  const rows = benchSchemes.flatMap((scheme) =>
    Object.values(
      webhookItems({
        id: `wh_${scheme}`,
        relayId: 'rly_1',
        webhookKey: scheme,
        provider: null,
        enabled: true,
        createdAt: at,
        updatedAt: at,
        ...(scheme !== 'none' && { auth: { scheme, versions: [{ id: 'version-1', secrets: 1 }] } }),
      }),
    ),
  );
  return new Map(rows.map((row) => [`${row.pk} ${row.sk}`, fieldsOf(row)]));
}

/** On the wire each value stands under its type. */
const fieldsOf = (row: object) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typed(value)]));

function typed(value: unknown): object {
  if (value === null) return { NULL: true };
  if (Array.isArray(value)) return { L: value.map(typed) };
  if (typeof value === 'object') return { M: fieldsOf(value) };
  if (typeof value === 'number') return { N: String(value) };
  return typeof value === 'boolean' ? { BOOL: value } : { S: String(value) };
}

const parsed = (body: string): unknown => (body.startsWith('{') ? JSON.parse(body) : undefined);
const md5 = (body: string): string => createHash('md5').update(body).digest('hex');
