import type { RetiredRows } from '../../ports.ts';
import { parseAlert } from './alert-store.ts';
import { incidentKeysOf } from './erased-rows.ts';
import { parseJob } from './job-store.ts';
import { keys, type ListName } from './keys.ts';
import { oldestEntries, rowsOfEntries } from './oldest.ts';
import { queryPartition } from './query.ts';
import { isPresent, type Key, setAttributes } from './rows.ts';
import type { Table } from './table.ts';

/**
 * The one place that has rows of alerts and jobs end. They leave their lists with the same write, and DynamoDB deletes
 * them within a few days.
 */
export function createRetiredRows(table: Table): RetiredRows {
  const part = async <Row>(
    list: ListName,
    { before, after, limit }: { before: string; after: string | undefined; limit: number },
    parse: (row: Record<string, unknown>) => Row,
  ) => {
    const { entries, more } = await oldestEntries(table, keys.listPartitions(list), { after, limit });
    const old = entries.filter(({ listSk }) => listSk < before);
    const rows = await rowsOfEntries(table, old);
    return { rows: rows.map(parse), next: more && old.length === entries.length ? old.at(-1)?.listSk : undefined };
  };
  const expire = (key: Key, at: Date, list?: ListName) =>
    setAttributes(
      table,
      key,
      { ...endingAt(at), ...(list && { listPk: keys.listPartition(list, key.pk ?? '') }) },
      isPresent,
    );

  return {
    alerts: (before, after, limit) => part('ALERTS#resolved', { before, after, limit }, parseAlert),
    jobs: (before, after, limit) => part('JOBS#ended', { before, after, limit }, parseJob),

    async expireAlert(alert, at) {
      const alertKey = keys.alert(alert.id);
      const rows = await queryPartition(table, alertKey.pk);
      for (const { pk, sk } of rows) {
        if (sk !== alertKey.sk) await expire({ pk: String(pk), sk: String(sk) }, at);
      }
      for (const pointer of incidentKeysOf(alert, rows.find(({ sk }) => sk === alertKey.sk) ?? {})) {
        // Unless it points to a later alert.
        const condition = { expression: 'alertId = :alertId', values: { ':alertId': alert.id } };
        await setAttributes(table, pointer, endingAt(at), condition);
      }
      // Last: until then the alert is in the list, and the next look begins anew.
      await expire(alertKey, at, 'ALERTS#expiring');
    },

    async expireJob(id, at) {
      await expire(keys.progress(id), at);
      await expire(keys.job(id), at, 'JOBS#expiring');
    },
  };
}

const endingAt = (at: Date) => ({ expiresAt: Math.ceil(at.getTime() / 1_000) });
