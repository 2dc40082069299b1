import { systemClock } from '../../adapters/clock.ts';
import { createAlertStore } from '../../adapters/dynamodb/alert-store.ts';
import { createDeliveryMemory } from '../../adapters/dynamodb/delivery-memory.ts';
import { createRateLimit } from '../../adapters/dynamodb/rate-limit.ts';
import { connectTable } from '../../adapters/dynamodb/table.ts';
import { createWebhookStore } from '../../adapters/dynamodb/webhook-store.ts';
import { env } from '../../adapters/environment.ts';
import { connectQueue } from '../../adapters/queue.ts';
import { newDeliveryId } from '../../deliveries/delivery-id.ts';
import { hook } from '../../middleware/hook.ts';
import { log } from '../../middleware/log.ts';
import { connectDoorSecrets } from '../../wiring/door-secrets.ts';
import { receiveAlert } from './receive-alert.ts';

/** Deliveries of a storm that a container takes between two writes of their count. */
const LARGEST_STEP = 64;

const table = connectTable(env('tableName'));
const { secrets, front } = connectDoorSecrets(env('secretPrefix'), env('frontHeader'), env('frontSecretArn'));
const deps = {
  webhooks: createWebhookStore(table),
  alerts: createAlertStore(table),
  queue: connectQueue(env('deliveryQueueUrl')),
  secrets,
  memory: createDeliveryMemory(table),
  limit: createRateLimit(table, Number(env('hookRatePerSecond')), { largestStep: LARGEST_STEP }),
  clock: systemClock,
  log,
  newDeliveryId,
};

/** `POST /hooks/{webhookKey}`, and `PUT`. */
export const handler = hook((request) => receiveAlert(deps, request), front);
