import { systemClock } from '../adapters/clock.ts';
import { createAlertStore } from '../adapters/dynamodb/alert-store.ts';
import { connectTable } from '../adapters/dynamodb/table.ts';
import { createWebhookStore } from '../adapters/dynamodb/webhook-store.ts';
import { env } from '../adapters/environment.ts';
import { connectQueue } from '../adapters/queue.ts';
import { hook } from '../middleware/hook.ts';
import { newDeliveryId } from './delivery-id.ts';
import { receiveAlert } from './receive-alert.ts';

const table = connectTable(env('tableName'));
const deps = {
  webhooks: createWebhookStore(table),
  alerts: createAlertStore(table),
  queue: connectQueue(env('deliveryQueueUrl')),
  clock: systemClock,
  newDeliveryId,
};

/** `POST /hooks/{webhookKey}`. */
export const handler = hook((request) => receiveAlert(deps, request));
