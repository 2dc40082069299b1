import type { WarmthOptions } from '../../../infra/local/lambda/functions.ts';

/**
 * Most of what a stack costs in a test is to load its functions: a quarter of a second of CPU time each. A second is
 * longer than nearly all calls.
 */
export const sparing: WarmthOptions = { idle: 16, patienceMs: 1_000 };
