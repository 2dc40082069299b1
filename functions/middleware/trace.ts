import { randomUUID } from 'node:crypto';
import type { ExecutionInput } from '../contract/execution.ts';
import { continued, traceIdOf, traceparentOf } from '../domain/task/traceparent.ts';

/** 32 digits. Node keeps random bytes for 128 of them in store. */
const randomHex = (): string => randomUUID().replaceAll('-', '');

/** The trace of a request: the one that its sender has begun, else a new one. */
export const traceOfRequest = (header: string | undefined): string => {
  const spanId = randomHex().slice(16);
  return continued(header, spanId) ?? traceparentOf(randomHex(), spanId);
};

/** The key by which all log lines of a trace are found; none where it is not known. */
export const traceKey = (traceparent: string | null | undefined): { traceId?: string } =>
  traceparent ? { traceId: traceIdOf(traceparent) } : {};

/** So many alerts of a delivery stand on one line; all are found by the trace. */
const ALERTS_PER_LINE = 20;

/** The alerts of a delivery, as a log line names them. */
export const alertKeys = (ids: readonly string[]): { alertId: string } | { alertIds: string[] } => {
  const [first, ...rest] = ids;
  return first !== undefined && rest.length === 0 ? { alertId: first } : { alertIds: ids.slice(0, ALERTS_PER_LINE) };
};

/** Ids of a job, as every log line of its functions has them. */
export const jobKeys = ({ jobId, alert, startedBy }: ExecutionInput): LogKeys => ({
  jobId,
  alertId: alert.id,
  ...traceKey(startedBy.traceparent),
});

/** Ids that stand on a log line. */
export type LogKeys = Record<string, string | string[]>;
