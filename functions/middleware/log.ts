import { Logger } from '@aws-lambda-powertools/logger';

/** One structured logger for all functions. What is logged is ids, codes and counts: never a body, header or secret. */
export const logger = new Logger({ serviceName: 'opencode-relay' });
