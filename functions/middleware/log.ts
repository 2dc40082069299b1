import { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from '../ports.ts';
import { countFailedOpen } from './metrics.ts';

/** One structured logger for all functions. What is logged is ids, codes and counts: never a body, header or secret. */
export const logger = new Logger({ serviceName: 'opencode-relay' });

/** What use cases log. A guard that was gone on without is counted too. */
export const log: Log = {
  warn(message, fields) {
    logger.warn(message, fields);
    if (fields.guard !== undefined) countFailedOpen(fields.guard);
  },
};
