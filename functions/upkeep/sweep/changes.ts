import { changeRecordOf } from '../../domain/audit/change-record.ts';
import type { AuditRecords, BegunChanges, Clock } from '../../ports.ts';

export interface ChangesDeps {
  changes: Pick<BegunChanges, 'listOpen' | 'end'>;
  records: AuditRecords;
  clock: Pick<Clock, 'now'>;
}

const LOOKED_AT = 100;
/** Longer than a request of the API may take. */
const UNDER_WAY_MS = 60_000;

/**
 * Writes the records of changes that have none: the bucket did not take them, or the function died at work. Of the
 * latter the record says who asked for what, and that nobody knows what it came to.
 */
export async function sweepChanges({ changes, records, clock }: ChangesDeps): Promise<void> {
  const before = new Date(clock.now().getTime() - UNDER_WAY_MS).toISOString();
  for (const change of await changes.listOpen(LOOKED_AT)) {
    if (change.at > before) continue;
    await records.write(changeRecordOf(change));
    await changes.end(change);
  }
}
