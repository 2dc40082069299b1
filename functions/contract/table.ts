/**
 * The one secondary index of the table: rows that stand in a list, by list and age. Sparse: a row without these
 * attributes is in no list.
 */
export const newestIndex = { name: 'newest', partitionKey: 'listPk', sortKey: 'listSk' } as const;

/** Partition keys of the only rows that intake may write: deliveries that it remembers, and counts of requests. */
export const deliveryKeyPrefix = 'DELIVERY#';
export const rateKeyPrefix = 'RATE#';
/** Of the only rows that the function which calls webhooks may write. */
export const callKeyPrefix = 'CALLS#';

/** Rows that have it, in epoch seconds, may go after that time. */
export const timeToLiveAttribute = 'expiresAt';
