import { type Responder, responderSchema } from '../../domain/job/responder.ts';
import type { ResponderStore } from '../../ports.ts';
import { keys } from './keys.ts';
import { queryPartition } from './query.ts';
import { type Condition, createOrGetRow, getRow, isPresent, setAttributes } from './rows.ts';
import type { Table } from './table.ts';

/** People at an alert, one row each beside it. */
export function createResponderStore(table: Table): ResponderStore {
  return {
    async join(responder) {
      const key = keys.responder(responder.alertId, responder.id);
      return parse(await createOrGetRow(table, key, responder, isOff));
    },

    async end({ alertId, id, status, prUrl, at }) {
      const key = keys.responder(alertId, id);
      const changed = await setAttributes(table, key, { status, completedAt: at, prUrl }, isNot(status));
      // The status is the wanted one already: the time of its end is kept.
      if (!changed && prUrl !== undefined) await setAttributes(table, key, { prUrl }, isPresent);
      const row = await getRow(table, key);
      return row && parse(row);
    },

    async listByAlert(alertId) {
      const rows = await queryPartition(table, keys.alertPartition(alertId), keys.responderPrefix);
      return rows.map(parse).sort((a, b) => Date.parse(a.joinedAt) - Date.parse(b.joinedAt));
    },
  };
}

const ofStatus = (expression: string, status: string): Condition => ({
  expression,
  names: { '#before': 'status' },
  values: { ':before': status },
});

const isOff = ofStatus('attribute_not_exists(pk) OR #before <> :before', 'on_it');
const isNot = (status: string): Condition => ofStatus('attribute_exists(pk) AND #before <> :before', status);

function parse({ pk, sk, expiresAt, ...responder }: Record<string, unknown>): Responder {
  return responderSchema.parse(responder);
}
