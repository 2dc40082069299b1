import middy from '@middy/core';
import type * as z from 'zod';
import { relayFailedError, slotNotFree } from '../contract/error-names.ts';
import type { ExecutionInput } from '../contract/execution.ts';
import type { StormInput } from '../contract/storm.ts';
import { parseTolerantly } from '../contract/tolerant.ts';
import { errorNameOf, TaskError } from '../domain/task/errors.ts';
import { describe } from './errors.ts';
import { invocationLog, type LogFields, logger } from './log.ts';
import { jobKeys, type LogKeys, traceKey } from './trace.ts';

/** What of a result is logged: codes and counts. Its texts may come from the model or the server. */
const loggedFields = ['outcome', 'state', 'status', 'polls', 'active', 'messageId'] as const;

/**
 * Name of every error that is our own fault; the workflow catches it with everything else and ends in `relay_failed`.
 */
const RELAY_FAILED = relayFailedError;

interface Task<Schema extends z.ZodType, Output extends object> {
  schema: Schema;
  /** Ids that stand on every log line of the invocation. */
  ids(input: z.infer<Schema>): LogKeys;
  run(input: z.infer<Schema>): Promise<Output>;
}

/** The middy chain of a task function: parsed input, ids on every log line, errors only under their stable names. */
export const task = <Schema extends z.ZodType, Output extends object>({ schema, ids, run }: Task<Schema, Output>) =>
  middy<z.infer<Schema>, Output>()
    .use(invocationLog)
    .before((request) => {
      const parsed = parseTolerantly(schema, request.event);
      if (!parsed.success) throw parsed.error;
      const { data: input, unknown } = parsed;
      logger.appendKeys(ids(input));
      logger.info('Task started');
      if (unknown.length > 0) logger.warn('Fields of another release are left out', { fields: unknown });
      request.event = input;
    })
    .after(({ response }) => {
      logger.info('Task finished', codesOf(response ?? {}));
    })
    .onError((request) => {
      if (request.error instanceof TaskError && request.error.name === slotNotFree) {
        logger.info('Task waits', { error: slotNotFree });
        return;
      }
      if (request.error instanceof TaskError) {
        logger.warn('Task ended the session', { error: request.error.name });
        return;
      }
      logger.error('Task failed', { error: describe(request.error) });
      // Replaced, not thrown: middy would attach the original, whose message may quote a payload.
      request.error = relayFailed(request.error, request.context.functionName, request.context.awsRequestId);
    })
    .handler((input) => run(input));

/** Ids of a task of the workflow. */
export const executionIds = (input: { execution: ExecutionInput; executionArn: string }): LogKeys => ({
  ...jobKeys(input.execution),
  executionArn: input.executionArn,
});

/** Ids of a task of a storm; alert and trace are those that it began with. */
export const stormIds = (input: { storm: StormInput; executionArn: string }): LogKeys => ({
  stormId: input.storm.stormId,
  ruleId: input.storm.rule.id,
  alertId: input.storm.firstHeld.alertId,
  ...traceKey(input.storm.firstHeld.traceparent),
  executionArn: input.executionArn,
});

function codesOf(result: object): LogFields {
  const allowed: readonly string[] = loggedFields;
  return Object.fromEntries(Object.entries(result).filter(([field]) => allowed.includes(field)));
}

function relayFailed(error: unknown, functionName: string, requestId: string): Error {
  const name = errorNameOf(error);
  const replacement = new Error(
    `opencode-relay itself failed (${name}). Look for request id ${requestId} in the log of function ${functionName}.`,
  );
  replacement.name = RELAY_FAILED;
  return replacement;
}
