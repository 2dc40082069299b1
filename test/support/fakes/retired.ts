import { memoryStores } from '../../../functions/adapters/memory/stores.ts';

const nothing = async () => ({ rows: [], next: undefined });
/** What a sweep sums up and lets go of, where there is nothing. */
export const nothingRetired = {
  retentionDays: 400,
  retired: { alerts: nothing, jobs: nothing, expireAlert: async () => {}, expireJob: async () => {} },
  ...{ alerts: { get: async () => undefined }, storms: { list: async () => [] } },
  decisions: { listByAlert: async () => [] },
  ...{ relays: { list: async () => [] }, ledger: memoryStores().ledger, ledgerDays: { write: async () => {} } },
};
