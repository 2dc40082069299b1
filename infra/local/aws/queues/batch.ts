import { AwsError } from '../error.ts';

const MOST_ENTRIES = 10;

/** Runs each entry for itself: a refusal is an entry of `Failed`, not of the call. Other errors are thrown. */
export function runBatch<E extends { Id: string }>(entries: E[], run: (entry: E) => object) {
  const ids = entries.map(({ Id }) => Id);
  if (ids.length === 0) throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (ids.length > MOST_ENTRIES) {
    throw new AwsError('TooManyEntriesInBatchRequest', `Maximum number of entries per request are ${MOST_ENTRIES}.`);
  }
  if (new Set(ids).size < ids.length) throw new AwsError('BatchEntryIdsNotDistinct', 'Each Id must occur once.');

  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    const { Id } = entry;
    try {
      Successful.push({ Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id, SenderFault: true, Code: error.type, Message: error.message });
    }
  }
  return { Successful, Failed };
}
