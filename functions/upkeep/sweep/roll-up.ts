import { sweepMinutes } from '../../contract/sweep.ts';
import { dayOf } from '../../domain/decision/ledger.ts';
import type { Clock, Ledger, LedgerDays, RelayStore } from '../../ports.ts';

export interface RollUpDeps {
  relays: Pick<RelayStore, 'list'>;
  ledger: Pick<Ledger, 'day'>;
  ledgerDays: Pick<LedgerDays, 'write'>;
  clock: Pick<Clock, 'now'>;
}

const DAY_MS = 86_400_000;
const SWEEP_MS = sweepMinutes * 60_000;
/** The rows that a day is summed up from are kept for 90 days. */
const DAYS = 80;
/** A schedule is not exact: a day that one sweep misses the next one has. */
const PER_SWEEP = 2;

/**
 * Sums up days that are over, a few in each sweep, so that each of the last 80 has its turn once a day: decisions of an
 * older day may be moved, and dead letters routed, weeks later. Idempotent.
 */
export async function rollUp({ relays, ledger, ledgerDays, clock }: RollUpDeps): Promise<void> {
  const now = clock.now().getTime();
  const turn = Math.floor((now % DAY_MS) / SWEEP_MS);
  const ages = Array.from({ length: PER_SWEEP }, (_, index) => turn + index + 1).filter((age) => age <= DAYS);
  if (ages.length === 0) return;
  for (const { id } of await relays.list()) {
    for (const age of ages) {
      const day = dayOf(new Date(now - age * DAY_MS).toISOString());
      const account = await ledger.day(id, day);
      if (account.deliveries + account.accepted > 0) await ledgerDays.write(id, day, account);
    }
  }
}
