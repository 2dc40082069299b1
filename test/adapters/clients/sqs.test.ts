import { expect, test, vi } from 'vitest';
import { connectSqs } from '../../../functions/adapters/clients/sqs.ts';
import { fakeSqs } from '../../support/fakes/sqs.ts';

const QueueUrl = 'https://sqs.eu-central-1.amazonaws.com/000000000000/deliveries';
const input = { QueueUrl, MessageBody: '{"title":"Prüfung"}' };
const busy = { statusCode: 503, body: 'Service Unavailable' };
const throttled = { statusCode: 400, body: '{"__type":"com.amazonaws.sqs#RequestThrottled","message":"Slower"}' };
const refused = { statusCode: 400, body: '{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"No such queue"}' };

/** With the waits of a call, which takes none. */
function connect(...answers: Parameters<typeof fakeSqs>) {
  const waits: number[] = [];
  const fake = fakeSqs(...answers);
  const sqs = connectSqs(async (ms) => waits.push(ms));
  return { ...fake, sqs, waits };
}

test('an action is a signed request to where the queue is', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2027-03-01T12:00:00Z') });
  vi.stubEnv('AWS_SESSION_TOKEN', 'of the role');
  vi.stubEnv('_X_AMZN_TRACE_ID', 'Root=1-2-3;Sampled=1');
  const { sqs, requests, calls } = connect();
  await sqs('SendMessage', input);
  expect(calls()).toEqual([{ action: 'AmazonSQS.SendMessage', input }]);
  const [request] = requests;
  expect(request).toMatchObject({ method: 'POST', protocol: 'https:', path: '/' });
  expect(request?.headers).toMatchObject({
    host: 'sqs.eu-central-1.amazonaws.com',
    'content-type': 'application/x-amz-json-1.0',
    'content-length': String(Buffer.byteLength(JSON.stringify(input))),
    'x-amz-date': '20270301T120000Z',
    'x-amz-security-token': 'of the role',
    'x-amzn-trace-id': 'Root=1-2-3;Sampled=1',
    authorization: expect.stringContaining('Credential=local/20270301/eu-central-1/sqs/aws4_request, SignedHeaders='),
  });
});

test('what passes is tried again, three times in all, with a signature of its own', async () => {
  const { sqs, waits, requests } = connect([busy, throttled]);
  await sqs('SendMessage', input);
  expect(requests).toHaveLength(3);
  expect(waits).toHaveLength(2);
  for (const [index, ms] of waits.entries()) expect(ms).toBeLessThanOrEqual(100 * 2 ** index);
  const { sqs: again, requests: all } = connect([busy, busy, busy]);
  await expect(again('SendMessage', input)).rejects.toMatchObject({ name: 'SqsError', $fault: 'server' });
  expect(all).toHaveLength(3);
});

test('a connection that broke, as one that was frozen with its container, is made anew', async () => {
  const { sqs, handle } = connect();
  handle.mockRejectedValueOnce(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
  await sqs('ChangeMessageVisibility', { QueueUrl, ReceiptHandle: 'receipt', VisibilityTimeout: 30 });
  expect(handle).toHaveBeenCalledTimes(2);
});

test('what SQS refuses is said by its name and message, at once', async () => {
  const { sqs, handle } = connect([refused]);
  const refusal = { name: 'QueueDoesNotExist', message: 'No such queue', $fault: 'client' };
  await expect(sqs('SendMessage', input)).rejects.toMatchObject(refusal);
  expect(handle).toHaveBeenCalledTimes(1);
});

test('credentials that are not there are refused, and nothing is sent', async () => {
  const { sqs, handle } = connect();
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', '');
  await expect(sqs('SendMessage', input)).rejects.toMatchObject({ name: 'CredentialsProviderError' });
  expect(handle).not.toHaveBeenCalled();
});
