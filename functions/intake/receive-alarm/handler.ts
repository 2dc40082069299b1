import { systemClock } from '../../adapters/clock.ts';
import { createAlertStore } from '../../adapters/dynamodb/alert-store.ts';
import { createDeliveryMemory } from '../../adapters/dynamodb/delivery-memory.ts';
import { connectTable } from '../../adapters/dynamodb/table.ts';
import { env, fileOf } from '../../adapters/environment.ts';
import { connectQueue } from '../../adapters/queue.ts';
import { log } from '../../middleware/log.ts';
import { task } from '../../middleware/task.ts';
import { traceKey } from '../../middleware/trace.ts';
import { type Alarm, alarmDoorsSchema, alarmEventSchema, alarmOf } from './event.ts';
import { receiveAlarm } from './receive-alarm.ts';

const table = connectTable(env('tableName'));
const deps = {
  alerts: createAlertStore(table),
  queue: connectQueue(env('deliveryQueueUrl')),
  memory: createDeliveryMemory(table),
  log,
  clock: systemClock,
  doors: alarmDoorsSchema.parse(JSON.parse(fileOf('alarmDoorsFile'))),
};

/** CloudWatch alarms by EventBridge rule and by SNS subscription, where the stack is configured for them. */
export const handler = task({
  schema: alarmEventSchema,
  ids: (event) => idsOf(alarmOf(event)),
  run: (event) => receiveAlarm(deps, alarmOf(event)),
});

const idsOf = ({ door, messageId, traceparent }: Alarm) => ({ door, messageId, ...traceKey(traceparent) });
