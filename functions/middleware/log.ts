import type { Context } from 'aws-lambda';
import { metricService } from '../contract/metrics.ts';
import type { Log } from '../ports.ts';
import { countFailedOpen } from './metrics.ts';

/** What JSON has: neither an error, of which JSON keeps nothing, nor a number that it cannot hold. */
type LogValue = string | number | boolean | null | undefined | readonly LogValue[] | { [name: string]: LogValue };
export type LogFields = Record<string, LogValue>;

let isColdStart = true;
/** What stands on each line of the invocation: whose it is, and then what it is about. */
let invocation: LogFields = {};
let keys: LogFields = {};

const writer =
  (level: 'INFO' | 'WARN' | 'ERROR') =>
  (message: string, fields: LogFields = {}): void => {
    const line = { level, message, timestamp: new Date().toISOString(), service: metricService };
    process.stdout.write(`${JSON.stringify({ ...line, ...invocation, ...keys, ...fields })}\n`);
  };

/** One structured logger for all functions. What is logged is ids, codes and counts: never a body, header or secret. */
export const logger = {
  info: writer('INFO'),
  warn: writer('WARN'),
  error: writer('ERROR'),

  /** Adds to what each line of the invocation says it is about. */
  appendKeys(more: LogFields): void {
    keys = { ...keys, ...more };
  },

  resetKeys(): void {
    keys = {};
  },
};

/** A middleware: lines of an invocation carry its ids, by the names that logs of Lambda have everywhere. */
export const invocationLog = {
  before({ context }: { context: Context }): void {
    logger.resetKeys();
    invocation = {
      cold_start: isColdStart,
      function_arn: context.invokedFunctionArn,
      function_memory_size: context.memoryLimitInMB,
      function_name: context.functionName,
      function_request_id: context.awsRequestId,
      // Lambda sets it anew for each: `Root=1-…;Parent=…;Sampled=1`.
      xray_trace_id: /Root=([^;]+)/.exec(process.env._X_AMZN_TRACE_ID ?? '')?.[1],
    };
    isColdStart = false;
  },
};

/** What use cases log. A guard that was gone on without is counted too. */
export const log: Log = {
  warn(message, fields) {
    logger.warn(message, fields);
    if (fields.guard !== undefined) countFailedOpen(fields.guard);
  },
};
