import * as z from 'zod';
import { systemClock } from '../../adapters/clock.ts';
import { createRelayStore } from '../../adapters/dynamodb/relay-store.ts';
import { connectTable } from '../../adapters/dynamodb/table.ts';
import { env } from '../../adapters/environment.ts';
import { connectHeartbeatDoor } from '../../adapters/heartbeat-door.ts';
import { task } from '../../middleware/task.ts';
import { sendHeartbeat } from './send-heartbeat.ts';

const deps = {
  door: connectHeartbeatDoor({
    hooksUrl: env('hooksUrl'),
    keySecretArn: env('heartbeatSecretArn'),
    front: { header: env('frontHeader'), secretArn: env('frontSecretArn') },
  }),
  relays: createRelayStore(connectTable(env('tableName'))),
  clock: systemClock,
};

/** Target of the schedule. */
export const handler = task({ schema: z.strictObject({}), ids: () => ({}), run: () => sendHeartbeat(deps) });
