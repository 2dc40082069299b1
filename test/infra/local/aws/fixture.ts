import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Buckets } from '../../../../infra/local/aws/buckets.ts';
import { Buses } from '../../../../infra/local/aws/buses.ts';
import { startAwsEndpoint } from '../../../../infra/local/aws/endpoint.ts';
import { Queues } from '../../../../infra/local/aws/queues.ts';
import { Secrets } from '../../../../infra/local/aws/secrets.ts';
import { Tables } from '../../../../infra/local/aws/tables.ts';
import type { Clock } from '../../../../infra/local/clock.ts';
import { realClock } from '../../../../infra/local/real-clock.ts';
import { StatesService } from '../../../../infra/local/states/service.ts';

export const region = 'eu-central-1';
export const account = '000000000000';

/** A folder that is gone after the test. */
export function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'local-aws-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** All services on one folder, at an endpoint; `close` leaves what a restart finds. */
export async function startAws(options: { directory?: string; clock?: Clock } = {}) {
  const { directory = newDirectory(), clock = realClock } = options;
  const common = { region, account, clock };
  const tables = await Tables.open({ directory: join(directory, 'tables'), region, account });
  const secrets = await Secrets.open({ ...common, file: join(directory, 'secrets.json') });
  const queues = await Queues.open({
    ...common,
    directory: join(directory, 'queues'),
    urlOf: (name) => `${endpoint.url}/${account}/${name}`,
  });
  const buses = await Buses.open({ ...common, directory: join(directory, 'buses') });
  const buckets = await Buckets.open({ directory: join(directory, 'buckets') });
  const states = await StatesService.open({ ...common, run: async () => ({}), onStatusChange: async () => {} });
  const endpoint = await startAwsEndpoint({
    port: 0,
    services: { dynamodb: tables, states, secrets, sqs: queues, events: buses, buckets },
  });
  const close = async () => {
    await queues.close();
    await buses.close();
    await endpoint.close();
    await states.stop();
    await tables.close();
  };
  const sdk = {
    endpoint: endpoint.url,
    region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  };
  return { directory, tables, secrets, queues, buses, buckets, states, endpoint, sdk, close };
}
