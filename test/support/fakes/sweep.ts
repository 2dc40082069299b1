import { memoryStores } from '../../../functions/adapters/memory/stores.ts';

const nothing = async () => ({ rows: [], next: undefined });
/** What a sweep needs to find nothing that is past its time, and no day of a ledger to sum up. */
export const nothingRetired = {
  retentionDays: 400,
  retired: { alerts: nothing, jobs: nothing, expireAlert: async () => {}, expireJob: async () => {} },
  ...{ alerts: { get: async () => undefined }, storms: { get: async () => undefined } },
  decisions: { listByAlert: async () => [] },
  ...{ relays: { list: async () => [] }, ledger: memoryStores().ledger, ledgerDays: { write: async () => {} } },
};
