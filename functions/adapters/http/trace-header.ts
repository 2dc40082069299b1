import { randomBytes } from 'node:crypto';
import { traceparentName } from '../../contract/traceparent.ts';
import { withSpan } from '../../domain/task/traceparent.ts';

/** The header of one request of a trace: each is a span of its own. */
export const traceHeader = (traceparent: string | undefined): Record<string, string> =>
  traceparent === undefined ? {} : { [traceparentName]: withSpan(traceparent, randomBytes(8).toString('hex')) };
