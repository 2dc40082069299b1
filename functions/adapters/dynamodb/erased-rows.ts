import * as z from 'zod';
import type { Alert } from '../../domain/alert/alert.ts';
import { incidentsOf } from '../../domain/alert/incident.ts';
import { ERASED, erasedJob, erasedTexts } from '../../domain/job/erased.ts';
import type { ErasedRows } from '../../ports.ts';
import { contentRow } from './alert-store.ts';
import { keys } from './keys.ts';
import { queryPartition } from './query.ts';
import { isPresent, type Key, type Row, setAttributes } from './rows.ts';
import type { Table } from './table.ts';

const erasedSchema = z.object({ incidentPks: z.array(z.string()).optional() });

/**
 * Keys of the rows that lead from the incidents of an alert to it. They are digests of what an erased alert says no
 * more, so its row has them.
 */
export function incidentKeysOf(alert: Alert, row: Row): ReturnType<typeof keys.incident>[] {
  const { incidentPks } = erasedSchema.parse(row);
  if (incidentPks) return incidentPks.map((pk) => ({ pk, sk: 'INCIDENT' }));
  return incidentsOf(alert).map((each) => keys.incident(alert.relayId, each));
}

/** The one place that overwrites what alerts and jobs say. */
export function createErasedRows(table: Table): ErasedRows {
  const overwrite = (key: Key, attributes: Row) => setAttributes(table, key, attributes, isPresent);

  return {
    async eraseAlert(alert, at) {
      if (alert.erasedAt !== undefined) return;
      const incidentPks = incidentKeysOf(alert, {}).map(({ pk }) => pk);
      await overwrite(keys.alert(alert.id), { ...contentRow(erasedTexts(alert)), incidentPks, erasedAt: at });
    },

    async eraseDecisions({ alertId }) {
      for (const { pk, sk } of await queryPartition(table, keys.alertPartition(alertId), keys.decisionPrefix)) {
        await overwrite({ pk: String(pk), sk: String(sk) }, { sentence: ERASED });
      }
    },

    async eraseJob(job) {
      await overwrite(keys.progress(job.id), { activity: ERASED });
      await overwrite(keys.job(job.id), erasedJob(job));
    },

    async eraseStorm({ id, rootCause }) {
      if (rootCause) await overwrite(keys.storm(id), { rootCause: { ...rootCause, sentence: ERASED } });
    },
  };
}
