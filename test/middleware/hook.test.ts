import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { traceparentSchema } from '../../functions/contract/traceparent.ts';
import type { HookRequest, Receipt } from '../../functions/domain/intake/receipt.ts';
import { HookRefusal } from '../../functions/domain/intake/refusal.ts';
import { hook } from '../../functions/middleware/hook.ts';
import type { FrontDoor } from '../../functions/ports.ts';
import { prepare } from '../intake/receive-alert/prepare.ts';
import { lambdaContext } from '../support/fakes/lambda-context.ts';

const hookEvent = (changes: object = {}): object => ({
  version: '2.0',
  routeKey: 'POST /hooks/{webhookKey}',
  rawPath: '/hooks/s3cret-key',
  headers: { 'content-type': 'application/json', authorization: 's3cret' },
  pathParameters: { webhookKey: 's3cret-key' },
  requestContext: { requestId: 'request-7', http: { method: 'POST', path: '/hooks/s3cret-key' } },
  body: '{"title":"s3cret"}',
  isBase64Encoded: false,
  ...changes,
});
const refusal = new HookRefusal('invalid_payload', 'The body does not fit.', [
  { path: ['title'], code: 'x', message: 'y' },
]);

describe('hook chain', () => {
  const lines: string[] = [];

  beforeEach(() => {
    lines.length = 0;
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
    }
  });
  afterEach(() => {
    expect(lines.join()).not.toContain('s3cret');
    vi.restoreAllMocks();
  });

  const logged = () => lines.map((line): Record<string, unknown> => JSON.parse(line));
  const invoke = async (receive: (request: HookRequest) => Promise<Receipt>, event: unknown = hookEvent()) => {
    const { body, ...answer } = await hook(receive)(event, lambdaContext('receive-alert'));
    return { ...answer, body: JSON.parse(body) };
  };
  /** What of an event arrives at the use case. */
  const requestOf = async (changes: object) => {
    const seen: HookRequest[] = [];
    await invoke(async (request) => {
      seen.push(request);
      return { refusal };
    }, hookEvent(changes));
    return seen.map(({ body, ...request }) => ({ ...request, body: Buffer.from(body).toString() }))[0];
  };

  test('what comes around the front door is 403, and nobody receives it; one that cannot be asked is 503', async () => {
    const receive = async (): Promise<Receipt> => {
      throw new Error('received');
    };
    const through = async (front: FrontDoor) => hook(receive, front)(hookEvent(), lambdaContext('receive-alert'));
    const answer = await through({ admits: async () => false });
    expect(answer.statusCode).toBe(403);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'wrong_door' } });
    expect((await through({ admits: () => Promise.reject(new Error('throttled')) })).statusCode).toBe(503);
    const taken = await hook(async () => ({ refusal }), { admits: async () => true })(
      hookEvent(),
      lambdaContext('receive-alert'),
    );
    expect(taken.statusCode).toBe(400);
  });

  test('a hook that is used too often is 429, with when to try again', async () => {
    const busy = new HookRefusal('too_many_requests', 'Wait.', [], 4);
    expect(await invoke(async () => ({ refusal: busy }))).toMatchObject({
      statusCode: 429,
      headers: { 'retry-after': '4' },
    });
  });

  test('a delivery that was taken: 202, one line with ids and counts, one metric', async () => {
    const { post } = prepare();
    const receipt = await post({ title: 's3cret', message: 's3cret' });
    const alertIds = 'alertIds' in receipt ? receipt.alertIds : [];
    expect(await invoke(async () => receipt)).toEqual({
      statusCode: 202,
      headers: { 'content-type': 'application/json', 'x-request-id': 'request-7' },
      body: { deliveryId: 'dlv_1', alertIds },
    });
    const [line, metric, ...others] = logged();
    expect(others).toEqual([]);
    expect(line).toMatchObject({
      message: 'Delivery accepted',
      requestId: 'request-7',
      deliveryId: 'dlv_1',
      relayId: 'rly_1',
      webhookId: 'wh_1',
      format: 'generic',
      alerts: 1,
      firing: 1,
      alertId: alertIds[0],
      traceId: expect.any(String),
    });
    expect(metric).toMatchObject({ AlertsAccepted: 1, service: 'opencode-relay' });
  });

  test('a delivery goes on with the trace of its sender, and begins one where that is none', async () => {
    const sender = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const seen: (string | undefined)[] = [];
    const receive = async ({ traceparent }: HookRequest): Promise<Receipt> => {
      seen.push(traceparent);
      return { refusal };
    };
    for (const traceparent of [sender, `${sender}, ${sender}`]) {
      await invoke(receive, hookEvent({ headers: { traceparent } }));
    }
    expect(seen[0]).toMatch(/^00-a{32}-(?!b{16})[0-9a-f]{16}-01$/);
    expect(traceparentSchema.parse(seen[1])).not.toContain('a'.repeat(32));
    const ids = logged().flatMap(({ traceId }) => traceId ?? []);
    expect(ids).toEqual(seen.map((each) => each?.split('-')[1]));
  });

  test('a refusal: its status, code, sentence and issues; counted by code', async () => {
    const webhook = { id: 'wh_1', relayId: 'rly_1' };
    expect(await invoke(async () => ({ refusal, webhook }))).toEqual({
      statusCode: 400,
      headers: { 'content-type': 'application/json', 'x-request-id': 'request-7' },
      body: { error: { code: 'invalid_payload', message: 'The body does not fit.', issues: refusal.issues } },
    });
    expect(logged()).toMatchObject([
      { message: 'Delivery refused', code: 'invalid_payload', status: 400, webhookId: 'wh_1', relayId: 'rly_1' },
      { DeliveriesRefused: 1, code: 'invalid_payload' },
    ]);
  });

  test('a refusal without issues has no list of them', async () => {
    const unknown = new HookRefusal('unknown_hook', 'There is no such hook.');
    expect(await invoke(async () => ({ refusal: unknown }))).toMatchObject({
      statusCode: 404,
      body: { error: { code: 'unknown_hook', message: 'There is no such hook.' } },
    });
  });

  test('a delivery that was taken before: 202 as the first time, and counted apart', async () => {
    const receipt: Receipt = { repeated: { deliveryId: 'dlv_1' }, webhook: { id: 'wh_1', relayId: 'rly_1' } };
    expect(await invoke(async () => receipt)).toMatchObject({
      statusCode: 202,
      body: { deliveryId: 'dlv_1', alertIds: [], repeated: true },
    });
    expect(logged()).toMatchObject([
      { message: 'Delivery repeated', code: 'duplicate_delivery', deliveryId: 'dlv_1', webhookId: 'wh_1' },
      { DeliveriesIgnored: 1, code: 'duplicate_delivery' },
    ]);
  });

  const unsigned = ['missing_signature', 'bad_signature', 'stale_timestamp'] as const;
  test.each(unsigned)('%s is 401 and counted by that code', async (code) => {
    expect(await invoke(async () => ({ refusal: new HookRefusal(code, 'No.') }))).toMatchObject({ statusCode: 401 });
    expect(logged()).toMatchObject([
      { message: 'Delivery refused', code },
      { DeliveriesRefused: 1, code },
    ]);
  });

  const faults: [what: string, fault: unknown][] = [
    ['a throttled table', Object.assign(new Error('Rate exceeded'), { $fault: 'client' })],
    ['an error that quotes the body', new TypeError('Unexpected s3cret', { cause: 's3cret' })],
    ['a thrown text', 's3cret'],
  ];
  test.each(faults)('%s: 503, try again, and nothing said outside', async (_, fault) => {
    expect(await invoke(() => Promise.reject(fault))).toEqual({
      statusCode: 503,
      headers: { 'content-type': 'application/json', 'x-request-id': 'request-7', 'retry-after': '5' },
      body: { error: { code: 'not_stored', message: 'The delivery could not be stored. Please send it again.' } },
    });
    expect(logged()).toMatchObject([
      { level: 'ERROR', message: 'Delivery not stored', requestId: 'request-7' },
      { DeliveriesRefused: 1, code: 'not_stored' },
    ]);
  });

  test('an event that is none of API Gateway never reaches the use case', async () => {
    const receive = vi.fn(async (): Promise<Receipt> => ({ refusal }));
    expect(await invoke(receive, { Records: [] })).toMatchObject({ statusCode: 503 });
    expect(receive).not.toHaveBeenCalled();
  });

  test.each([
    ['a text', { body: '{"title":"Prüfung"}' }, '{"title":"Prüfung"}'],
    [
      'base64',
      { body: Buffer.from('{"title":"Prüfung"}').toString('base64'), isBase64Encoded: true },
      '{"title":"Prüfung"}',
    ],
    ['no body', { body: undefined, isBase64Encoded: undefined }, ''],
  ])('%s is decoded', async (_, changes, body) => {
    expect(await requestOf(changes)).toEqual({
      webhookKey: 's3cret-key',
      contentType: 'application/json',
      headers: { 'content-type': 'application/json', authorization: 's3cret' },
      body,
      traceparent: expect.any(String),
    });
  });

  test('a content type is not needed', async () => {
    expect(await requestOf({ headers: {} })).toMatchObject({ contentType: undefined });
  });

  test('codes of one request do not stand in the metric of the next', async () => {
    await invoke(async () => ({ refusal }));
    lines.length = 0;
    const receipt = await prepare().post({ title: 'Disk full' });
    await invoke(async () => receipt);
    expect(logged().at(-1)).toHaveProperty('AlertsAccepted', 1);
    expect(logged().at(-1)).not.toHaveProperty('code');
  });
});
