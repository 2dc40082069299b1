import type { AuditRecords, ErasedResults, ResultLinks } from '../ports.ts';
import { loadedOnce } from './loaded-once.ts';

interface Buckets {
  links: ResultLinks;
  erasedResults: ErasedResults;
  records: AuditRecords;
}

/**
 * What a request does with the buckets of results and of audit records. The client of S3 and its signer, 71 KB, are
 * loaded with the first link or the first change: most requests only read the table.
 */
export function connectBuckets(results: string, audit: string): Buckets {
  const links = loadedOnce(async () => {
    const { connectResultLinks } = await import('../adapters/result-links.ts');
    return connectResultLinks(results);
  });
  const erased = loadedOnce(async () => {
    const { connectErasedResults } = await import('../adapters/erased-results.ts');
    return connectErasedResults(results);
  });
  const archive = loadedOnce(async () => {
    const { connectAuditArchive } = await import('../adapters/audit-archive.ts');
    return connectAuditArchive(audit);
  });
  return {
    links: { link: async (key, seconds) => (await links()).link(key, seconds) },
    erasedResults: { erase: async (jobId) => (await erased()).erase(jobId) },
    records: { write: async (record) => (await archive()).write(record) },
  };
}
