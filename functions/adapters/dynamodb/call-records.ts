import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { callRecordSchema } from '../../domain/webhook/call-record.ts';
import type { CallRecords } from '../../ports.ts';
import { keys } from './keys.ts';
import { queryPartition } from './query.ts';
import { type Table, written } from './table.ts';

/** As long as the dead letters lie, and a while for those who look afterwards. */
const KEPT_SECONDS = 90 * 24 * 3_600;

/** What calls of webhook rules have come to: a partition for each alert, which its own function alone writes. */
export const createCallRecords = (table: Table): CallRecords => ({
  async record({ id, alertId, ruleId }, result, at) {
    await written(
      table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: keys.call(alertId, id),
          // A late answer of an interrupted try does not take back that the receiver has it.
          UpdateExpression:
            'SET callId = :id, alertId = :alertId, ruleId = :ruleId, kind = :kind, code = :code, #at = :at, expiresAt = :end ADD tries :one',
          ConditionExpression: 'attribute_not_exists(kind) OR kind <> :done',
          ExpressionAttributeNames: { '#at': 'at' },
          ExpressionAttributeValues: {
            ':id': id,
            ':alertId': alertId,
            ':ruleId': ruleId,
            ':kind': result.kind,
            ':code': result.kind === 'done' ? null : result.code,
            ':at': at.toISOString(),
            ':end': Math.ceil(at.getTime() / 1_000) + KEPT_SECONDS,
            ':one': 1,
            ':done': 'done',
          },
        }),
      ),
    );
  },

  async listByAlert(alertId) {
    const rows = await queryPartition(table, keys.callPartition(alertId));
    return rows.map(({ pk, sk, expiresAt, ...record }) => callRecordSchema.parse(record));
  },
});
