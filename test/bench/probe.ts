/**
 * In a process of its own: `probe.ts BUNDLE ALERTS SCHEME ROUNDS` prints the times of import, first and warm delivery
 * as JSON, the CPU time of the first two together (a cold start), and that of a warm one. It imports nothing that a
 * bundle needs, such as `node:http`, or the bundle would find it loaded.
 */
import { pathToFileURL } from 'node:url';
import { lambdaContext } from '../support/fakes/lambda-context.ts';
import { SECRET } from './schemes.ts';
import { median } from './statistics.ts';

const { createHmac, randomUUID } = process.getBuiltinModule('node:crypto');
const [bundle = '', alerts = '1', scheme = 'none', given = '1'] = process.argv.slice(2);
/** Deliveries that are measured warm, after as many that warm up. */
const rounds = Number(given);

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function delivery(): object {
  const labels = { alertname: 'CheckoutTotalsWrong', severity: 'critical', service: 'checkout', env: 'production' };
  const body = {
    version: '4',
    groupKey: '{}:{alertname="CheckoutTotalsWrong"}',
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'opencode-relay',
    groupLabels: {},
    commonLabels: labels,
    commonAnnotations: {},
    externalURL: 'http://alertmanager.example.com',
    alerts: Array.from({ length: Number(alerts) }, (_, index) => ({
      status: 'firing',
      labels: { ...labels, instance: `checkout-${index}` },
      annotations: { summary: 'Checkout totals are wrong', description: 'Totals exceed the cart value.' },
      startsAt: '2027-03-01T12:00:00Z',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'http://prometheus.example.com/graph',
      fingerprint: index.toString(16).padStart(16, '0'),
    })),
  };
  const text = JSON.stringify(body);
  return {
    version: '2.0',
    routeKey: 'POST /hooks/{webhookKey}',
    rawPath: '/hooks/key',
    rawQueryString: '',
    headers: { 'content-type': 'application/json', ...signature(text) },
    pathParameters: { webhookKey: scheme },
    requestContext: { requestId: 'request-1', http: { method: 'POST', path: '/hooks/key', sourceIp: '127.0.0.1' } },
    body: text,
    isBase64Encoded: false,
  };
}

/** Of each delivery anew, as a sender does it. */
function signature(body: string): Record<string, string> {
  const hmac = createHmac('sha256', SECRET);
  const timestamp = String(Math.floor(Date.now() / 1_000));
  if (scheme === 'sentry') {
    return { 'sentry-hook-signature': hmac.update(body).digest('hex'), 'request-id': randomUUID() };
  }
  if (scheme === 'timestamp_body') {
    const signed = hmac.update(`${timestamp}:${body}`).digest('base64');
    return { 'x-amzn-event-timestamp': timestamp, 'x-amzn-event-signature': signed };
  }
  return {};
}

const cpuMsSince = (before: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
};

// Lambda's own runtime has opened it by then.
process.stdout.write('');
const beforeImport = process.cpuUsage();
let handler: (event: object, context: object) => Promise<{ statusCode: number }> = async () => ({ statusCode: 0 });
const importMs = await timed(async () => {
  ({ handler } = await import(pathToFileURL(bundle).href));
});
const context = lambdaContext('receive-alert');
const deliver = async (event: object) => {
  const { statusCode } = await handler(event, context);
  if (statusCode !== 202) throw new Error(`The delivery was answered with ${statusCode}`);
};
const timedDelivery = () => {
  const event = delivery();
  return timed(() => deliver(event));
};
const firstMs = await timedDelivery();
const coldCpuMs = cpuMsSince(beforeImport);
for (let round = 0; round < rounds; round++) await timedDelivery();
const warm: number[] = [];
const beforeWarm = process.cpuUsage();
for (let round = 0; round < rounds; round++) warm.push(await timedDelivery());
const warmCpuMs = cpuMsSince(beforeWarm) / rounds;
console.log(JSON.stringify({ importMs, firstMs, coldCpuMs, warmMs: median(warm), warmCpuMs }));
process.exit(0);
