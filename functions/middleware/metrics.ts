import { Metrics } from '@aws-lambda-powertools/metrics';

/** Counts, written to the log in the embedded metric format. Dimensions are codes, never ids. */
export const metrics = new Metrics({ namespace: 'OpencodeRelay', serviceName: 'opencode-relay' });
