import * as z from 'zod';
import type { RelayRunInput } from '../contract/relay-run.ts';
import type { StatusChange } from '../contract/status-change.ts';
import type { StormInput } from '../contract/storm.ts';
import { traceparentSchema } from '../contract/traceparent.ts';
import type { Job } from '../domain/job/job.ts';
import type { ExecutionStarter, RelayRunStarter, StormStarter } from '../ports.ts';
import { logger } from './log.ts';
import { jobKeys, type LogKeys, traceKey } from './trace.ts';

/** What is read, for the log alone, of what an execution was started with. */
const inputSchema = z.object({
  alert: z.object({ id: z.string() }),
  startedBy: z.object({ traceparent: z.optional(traceparentSchema) }),
});

/** Ids of an execution that ended without a result. `kind`: what its name is the id of. */
export const endedKeys =
  (kind: 'jobId' | 'runId' | 'stormId') =>
  ({ detail: { name, executionArn, status, input } }: StatusChange): LogKeys => ({
    [kind]: name,
    executionArn,
    executionStatus: status,
    ...inputKeys(input),
  });

/** None where the event came without it, or it is that of a storm, which has many alerts. */
function inputKeys(text: string | null | undefined): LogKeys {
  if (!text) return {};
  try {
    const { alert, startedBy } = inputSchema.parse(JSON.parse(text));
    return { alertId: alert.id, ...traceKey(startedBy.traceparent) };
  } catch {
    return {};
  }
}

/** The same store: once a job is found, the log lines of the invocation have its ids, whatever it was called with. */
export const namingJobs = <Jobs extends { get(id: string): Promise<Job | undefined> }>(jobs: Jobs): Jobs => ({
  ...jobs,
  async get(id: string) {
    const job = await jobs.get(id);
    if (job) logger.appendKeys(jobKeys(job.input));
    return job;
  },
});

/** The same starter, which says on a line of its own what it has started: between a delivery and its executions. */
const loggingStarts = <Starter extends { start(name: string, input: Input): Promise<string> }, Input extends object>(
  starter: Starter,
  keysOf: (input: Input) => LogKeys,
): Starter => ({
  ...starter,
  async start(name: string, input: Input) {
    const executionArn = await starter.start(name, input);
    logger.info('Execution started', { ...keysOf(input), executionArn });
    return executionArn;
  },
});

/** Of a session that is started by itself. */
export const loggingSessions = <Starter extends ExecutionStarter>(starter: Starter): Starter =>
  loggingStarts(starter, jobKeys);

export const loggingRuns = <Starter extends RelayRunStarter>(starter: Starter): Starter =>
  loggingStarts(starter, ({ runId, alert, startedBy }: RelayRunInput) => ({
    runId,
    alertId: alert.id,
    ...traceKey(startedBy.traceparent),
  }));

export const loggingStorms = <Starter extends StormStarter>(starter: Starter): Starter =>
  loggingStarts(starter, ({ stormId, firstHeld }: StormInput) => ({
    stormId,
    alertId: firstHeld.alertId,
    ...traceKey(firstHeld.traceparent),
  }));
