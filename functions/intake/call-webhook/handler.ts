import { systemClock } from '../../adapters/clock.ts';
import { createCallRecords } from '../../adapters/dynamodb/call-records.ts';
import { connectTable } from '../../adapters/dynamodb/table.ts';
import { env } from '../../adapters/environment.ts';
import { connectDeadCalls, connectRedelivery } from '../../adapters/queue.ts';
import { connectSigningKeys } from '../../adapters/secrets/signing-key.ts';
import { createWebhookSender } from '../../adapters/webhook-sender.ts';
import { webhookCallSchema } from '../../contract/webhook-call.ts';
import { logger } from '../../middleware/log.ts';
import { callMetrics, queue } from '../../middleware/queue.ts';
import { egressSettings } from '../../wiring/egress.ts';
import { callWebhooks } from './call-webhook.ts';

const deps = {
  sender: createWebhookSender({
    ...egressSettings('webhook'),
    keys: connectSigningKeys(env('webhookSigningSecretArn')),
  }),
  dead: connectDeadCalls(env('webhookDeadLettersUrl')),
  records: createCallRecords(connectTable(env('tableName'))),
  metrics: callMetrics,
  clock: systemClock,
  log: logger,
};

/** Consumer of the queue of webhook calls. */
export const handler = queue({
  schema: webhookCallSchema,
  redelivery: connectRedelivery(env('webhookQueueUrl')),
  ids: ({ id, alertId, relayId, ruleId }) => ({ callId: id, alertId, relayId, ruleId }),
  run: (calls) => callWebhooks(deps, calls),
});
