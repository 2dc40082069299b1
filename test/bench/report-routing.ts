import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createLedger } from '../../functions/adapters/dynamodb/ledger-store.ts';
import { readTogether } from '../../functions/adapters/dynamodb/read-together.ts';
import { connectTable } from '../../functions/adapters/dynamodb/table.ts';
import type { Delivery } from '../../functions/contract/delivery.ts';
import { routeAlerts } from '../../functions/intake/route-alert/route-alert.ts';
import { decisionStores } from '../../functions/wiring/decision-stores.ts';
import { functionSpecs, memoryMiBOf } from '../../infra/functions.ts';
import { differentAlerts } from '../support/different-alerts.ts';
import { sampleRule } from '../support/fakes/alert-samples.ts';
import { RoutingWorld } from '../support/fakes/world.ts';
import { seedRouting } from '../support/seed-routing.ts';
import { median } from './statistics.ts';

const BATCH = 100;
const WARM = 10;
const MEASURED = 12;
/** The largest that a sender's ten deliveries can be, in messages of the queue as `accept` makes them. */
const [LARGE_ALERTS, LARGE_PER_MESSAGE] = [10_000, 250];
const tableProcess = fileURLToPath(new URL('table-process.ts', import.meta.url));

/**
 * CPU time that routing takes for each alert of a storm, warm, and for ten deliveries of a thousand alerts in one
 * batch; with the table in another process.
 */
export async function reportRouting(): Promise<void> {
  const child = spawn(process.execPath, [tableProcess], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [printed] = await once(child.stdout, 'data');
    const route = await connectRouter(String(printed).trim());
    const deliveries = differentAlerts((WARM + MEASURED) * BATCH, 1, 0).map(([, delivery]) => delivery);
    const perAlert: number[] = [];
    for (let first = 0; first < deliveries.length; first += BATCH) {
      perAlert.push((await route(deliveries.slice(first, first + BATCH))) / BATCH);
    }
    const cpuMs = median(perAlert.slice(WARM));
    const line = `${cpuMs.toFixed(2)} ms of CPU per alert, ${(1_000 / cpuMs).toFixed(0)} alerts a second on one processor`;
    console.log(`\nrouting a storm in batches of ${BATCH} deliveries of one alert: ${line}`);
    const large = differentAlerts(LARGE_ALERTS, LARGE_PER_MESSAGE, 0).map(([, delivery]) => delivery);
    const largeCpuMs = await route(
      large.map((delivery) => ({ ...delivery, deliveryId: `${delivery.deliveryId}_large` })),
    );
    const vCpu = memoryMiBOf('route-alert') / MIB_OF_A_CORE;
    const seconds = (largeCpuMs / 1_000 / vCpu).toFixed(1);
    console.log(
      `${LARGE_ALERTS} alerts in one batch: ${largeCpuMs.toFixed(0)} ms of CPU, ${seconds} s of ${functionSpecs['route-alert'].timeoutSeconds} at its share`,
    );
  } finally {
    child.kill();
  }
}

/** Lambda's, of memory. */
const MIB_OF_A_CORE = 1_769;

/** Routes a batch, and tells the CPU time in milliseconds that it took. */
async function connectRouter(endpoint: string): Promise<(batch: Delivery[]) => Promise<number>> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: 'eu-central-1', credentials });
  const table = readTogether(connectTable('relay', client));
  await seedRouting(table, [sampleRule()]);
  const deps = { ...new RoutingWorld([sampleRule()]).deps(), ...decisionStores(table), ledger: createLedger(table) };
  return async (batch) => {
    const before = process.cpuUsage();
    const receives = batch.map(() => 1);
    const left = await routeAlerts(deps, batch, undefined, receives);
    const { user, system } = process.cpuUsage(before);
    if (left.some((each) => each !== undefined)) throw new Error('An alert was not routed');
    return (user + system) / 1_000;
  };
}
