import { RemovalPolicy } from 'aws-cdk-lib';

/**
 * Of all that holds data: rows, results, logs, secrets. It outlives the stack and whatever replaces it, except where
 * its own creation is rolled back: a first deployment that fails leaves nothing behind.
 */
export const dataPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
