import * as z from 'zod';
import { connectAuditArchive } from '../../adapters/audit-archive.ts';
import { systemClock } from '../../adapters/clock.ts';
import { env } from '../../adapters/environment.ts';
import { logger } from '../../middleware/log.ts';
import { task } from '../../middleware/task.ts';
import { writeDigest } from './write-digest.ts';

const deps = {
  archive: connectAuditArchive(env('auditBucket')),
  retentionDays: Number(env('auditRetentionDays')),
  clock: systemClock,
};

/** Target of the schedule. The hash in the log is kept apart from the bucket that it vouches for. */
export const handler = task({
  schema: z.looseObject({}),
  ids: () => ({}),
  run: async () => {
    const result = await writeDigest(deps);
    if (result.status === 'written') logger.info('Digest written', { key: result.key, sha256: result.sha256 });
    return result;
  },
});
