import * as z from 'zod';
import { stackStopped } from './error-names.ts';

/** How an execution ends that does not succeed. */
export const stoppedStatuses = ['ABORTED', 'TIMED_OUT', 'FAILED'] as const;

/**
 * The part in use of EventBridge's `Step Functions Execution Status Change` of an execution that did not succeed; the
 * sweep sends the same where that event was lost.
 */
export const statusChangeSchema = z.object({
  detail: z.object({
    executionArn: z.string(),
    /** The execution's name: the id of the job, run or storm. */
    name: z.string(),
    status: z.enum(stoppedStatuses),
    error: z.string().nullish(),
    cause: z.string().nullish(),
    /** JSON text; EventBridge leaves out what is larger than 248 KiB, and the sweep always does. */
    input: z.string().nullish(),
  }),
});
export type StatusChange = z.infer<typeof statusChangeSchema>;

/** Else it failed, ran out of time, or the stack itself stopped. */
export const isStoppedByPerson = ({ status, error }: StatusChange['detail']): boolean =>
  status === 'ABORTED' && error !== stackStopped;
