import { createLedger } from '../../functions/adapters/dynamodb/ledger-store.ts';
import { startTable } from '../support/table.ts';

/** A day's rows are its sums, whatever their number: 100,000 take longer to be written, and no longer to be read. */
const DELIVERIES = 20_000;
const AT_ONCE = 99;
const relayId = 'rly_1';
const day = '2027-03-01';

/** How long the ledger of a day with many deliveries takes to be read, from a table engine in this process. */
export async function reportLedger(): Promise<void> {
  const { table, stop } = await startTable();
  try {
    const ledger = createLedger(table);
    const decided = (id: number) =>
      ledger.decided({ relayId, day, deliveryId: `dlv_${id}`, entries: 1, reasons: { storm_held: 1 } });
    for (let first = 0; first < DELIVERIES; first += AT_ONCE) {
      const count = Math.min(AT_ONCE, DELIVERIES - first);
      await Promise.all(Array.from({ length: count }, (_, index) => decided(first + index)));
    }
    const begun = performance.now();
    const { deliveries, undecided } = await ledger.day(relayId, day);
    const tookMs = (performance.now() - begun).toFixed(0);
    console.log(`\nledger of a day with ${deliveries} deliveries, ${undecided} undecided: read in ${tookMs} ms`);
  } finally {
    await stop();
  }
}
