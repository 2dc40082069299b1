import type { SessionMetrics } from '../ports.ts';
import { addCount } from './metrics.ts';

/** What polls find of a session at work. */
export const sessionMetrics: SessionMetrics = {
  nearLimit: (limit) => addCount({ limit }, 'NearLimit', 1),
};
