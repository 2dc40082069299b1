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
import { differentAlerts } from '../support/different-alerts.ts';
import { sampleRule } from '../support/fakes/alert-samples.ts';
import { RoutingWorld } from '../support/fakes/world.ts';
import { seedRouting } from '../support/seed-routing.ts';
import { median } from './statistics.ts';

const BATCH = 100;
const WARM = 10;
const MEASURED = 20;
const tableProcess = fileURLToPath(new URL('table-process.ts', import.meta.url));

/** CPU time that routing takes for each alert of a storm, warm, with the table in another process. */
export async function reportRouting(): Promise<void> {
  const child = spawn(process.execPath, [tableProcess], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [printed] = await once(child.stdout, 'data');
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const client = new DynamoDBClient({ endpoint: String(printed).trim(), region: 'eu-central-1', credentials });
    const table = readTogether(connectTable('relay', client));
    await seedRouting(table, [sampleRule()]);
    const deps = { ...new RoutingWorld([sampleRule()]).deps(), ...decisionStores(table), ledger: createLedger(table) };
    const deliveries = differentAlerts((WARM + MEASURED) * BATCH, 1, 0).map(([, delivery]) => delivery);
    const route = async (batch: Delivery[]): Promise<number> => {
      const before = process.cpuUsage();
      const left = await routeAlerts(
        deps,
        batch,
        undefined,
        batch.map(() => 1),
      );
      const { user, system } = process.cpuUsage(before);
      if (left.some((each) => each !== undefined)) throw new Error('An alert of the storm was not routed');
      return (user + system) / 1_000 / batch.length;
    };
    const perAlert: number[] = [];
    for (let first = 0; first < deliveries.length; first += BATCH) {
      perAlert.push(await route(deliveries.slice(first, first + BATCH)));
    }
    const cpuMs = median(perAlert.slice(WARM));
    const line = `${cpuMs.toFixed(2)} ms of CPU per alert, ${(1_000 / cpuMs).toFixed(0)} alerts a second on one processor`;
    console.log(`\nrouting a storm in batches of ${BATCH} deliveries of one alert: ${line}`);
    client.destroy();
  } finally {
    child.kill();
  }
}
