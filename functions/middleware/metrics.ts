import { Metrics } from '@aws-lambda-powertools/metrics';
import { environment } from '../contract/environment.ts';

/** Two stacks of an account are counted apart. */
const stack = process.env[environment.stackName];

/** Counts, written to the log in the embedded metric format. Dimensions are codes and the stack, never ids. */
export const metrics = new Metrics({
  namespace: 'OpencodeRelay',
  serviceName: 'opencode-relay',
  ...(stack !== undefined && { defaultDimensions: { stack } }),
});
