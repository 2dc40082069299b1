import type { Job } from '../../domain/job/job.ts';
import type { OpenWork } from '../../ports.ts';
import { parseJob } from './job-store.ts';
import { keys, type ListName } from './keys.ts';
import { type ListEntry, oldestEntries, rowsOfEntries } from './oldest.ts';
import { parseStorm } from './storm-store.ts';
import type { Table } from './table.ts';

/** What is not over, from the lists of the index, the oldest first, a part at a time. */
export function createOpenWork(table: Table): OpenWork {
  const part = async <Row>(
    list: ListName,
    after: string | undefined,
    limit: number,
    read: (entries: ListEntry[]) => Promise<Row[]>,
  ) => {
    const { entries, more } = await oldestEntries(table, keys.listPartitions(list), { after, limit });
    return { rows: await read(entries), next: more ? entries.at(-1)?.listSk : undefined };
  };
  const rowsOf = (entries: ListEntry[]) => rowsOfEntries(table, entries);

  return {
    jobs: (after, limit) =>
      part('JOBS#open', after, limit, async (entries) => (await rowsOf(entries)).map(parseJob).filter(isUnfinished)),
    leftovers: (after, limit) =>
      part('JOBS#ending', after, limit, async (entries) => (await rowsOf(entries)).map(parseJob).filter(isEnding)),
    storms: (after, limit) =>
      part('STORMS#open', after, limit, async (entries) => (await rowsOf(entries)).map(parseStorm)),
    scheduled: (after, limit) =>
      part('SCHEDULED', after, limit, async (entries) =>
        entries.map((entry) => ({ alertId: keys.idsOfDecision(entry).alertId, at: keys.ageOf(entry) })),
      ),
  };
}

/** The index lags behind: what has ended since stands in the list for a moment. */
const isUnfinished = ({ finishedAt }: { finishedAt?: string | undefined }): boolean => finishedAt === undefined;
const isEnding = ({ clearedAt, auditedAt }: Job): boolean => clearedAt === undefined || auditedAt === undefined;
